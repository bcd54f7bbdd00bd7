"""One business as it might be after three years, of any size: the same for the same seed.

People are in proportion to its size, the two nearest circles only up to what one person can look
after: depth does not grow with reach.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models

from activity.actors import ActorKind
from activity.models import Event, Mention
from benchmarks.copying import copy_rows, uuid_at
from businesses.models import Business, Membership
from contacts.models import Company, Contact, Interaction
from contacts.states import KEEP_IN_TOUCH_DAYS, Circle, InteractionKind, Source
from feedback.models import Feedback
from introductions.models import Advocate, Ask, Introduction
from introductions.states import AskState, Hears, IntroductionState, Via
from outreach.models import Message, MessageRecipient, Reminder, ReminderKind
from outreach.states import MessageState, RecipientState
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.states import LostReason, ReferralState, ThanksHow, ThanksReason, ThanksState

YEARS = 3
FIRST = (
    "Ada Aino Alva Anders Beatriz Bengt Carla Chiara Daniel Dora Elena Elif Emil Erik Fatima "
    "Felix Greta Hanna Hugo Ida Ines Ivan Jakob Jonas Julia Karin Katya Lars Leila Linnea "
    "Luca Maja Marek Marta Mei Mikael Nadia Nils Nora Olga Oskar Paula Pedro Petra Rosa Saga "
    "Samir Sofia Stefan Sven Tariq Teresa Tomas Ulla Vera Viktor Wanda Yara Yusuf Zoe"
).split()
LAST = (
    "Almeida Andersson Bauer Berg Bianchi Björk Costa Dahl Demir Ek Eriksson Fischer Forsberg "
    "García Grahn Haddad Hansen Holm Ivanova Jansson Jensen Karlsson Kaya Kowalski Lind "
    "Lindqvist Lopez Lund Meyer Moreau Nguyen Nilsson Novak Nyström Olsen Ortiz Palm Pavlov "
    "Petersen Quist Rossi Sandberg Santos Schmidt Silva Sjöberg Ström Svensson Toivonen Vogel "
    "Wagner Weber Wolf Yilmaz Ziegler Åberg Åkesson Öberg Östlund Özkan"
).split()
TRADES = "Joinery Bakery Dental Legal Gardens Optics Physio Roofing Studio Taxes".split()
WORDS = "Spoke about the annual accounts and the move to the new premises in spring. " * 2
# How often somebody of each circle was in touch in those years, on average.
IN_TOUCH = {Circle.INNER: 30.0, Circle.CLOSE: 12.0, Circle.WIDER: 1.5, Circle.PASSING: 0.3}
# What waits for the owner each day does not grow with reach either: Today is full in all of them.
BUSY = 20
CHUNK = 5_000


class Firm:
    """Makes the rows of one business and writes them in chunks."""

    def __init__(
        self,
        membership: Membership,
        *,
        people: int,
        seed: str,
        now: datetime,
        position: Callable[[], int],
    ) -> None:
        self._business: Business = membership.business
        self._member = membership.pk
        self._people = people
        self._random = Random(seed)
        self._now = now
        self._opened = now - timedelta(days=365 * YEARS)
        self._position = position
        self._rows: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        self._companies: list[UUID] = []
        self._advocates: list[tuple[UUID, UUID]] = []

    def fill(self) -> None:
        self._make_companies()
        for number in range(self._people):
            self._make_person(number)
            if number % CHUNK == CHUNK - 1:
                self._write()
        for number in range(max(self._people // 50, 60)):
            self._make_introduction(number)
        for number in range(max(self._people // 100, 20)):
            self._make_ask(number)
        self._write()

    def _write(self) -> None:
        """In the order of the keys between them."""
        order = [Company, Contact, Interaction, Feedback, Advocate, Ask, Introduction, Referral]
        order += [Credit, ClosedBusiness, ThankYou, Reminder, Message, MessageRecipient]
        for model in [*order, Event, Mention]:
            if rows := self._rows.pop(model, None):
                copy_rows(model, rows)
        assert not self._rows, self._rows.keys()

    def _add(self, model: type[models.Model], at: datetime, **values: Any) -> UUID:
        key = uuid_at(self._random, at)
        row = {"id": key, "business_id": self._business.pk, "created_at": at, **values}
        self._rows[model].append(row)
        return key

    def _tell(
        self, name: str, at: datetime, subject: tuple[str, UUID], *about: UUID, **payload: Any
    ) -> UUID:
        """The event, and a mention for its subject and for each contact."""
        event = self._add(
            Event,
            at,
            name=name,
            actor_kind=ActorKind.MEMBER,
            actor_id=self._member,
            subject_label=subject[0],
            subject_id=subject[1],
            payload=payload,
            recorded_at=at,
            position=self._position(),
        )
        for label, key in {subject, *(("contact", contact) for contact in about)}:
            self._add(Mention, at, event_id=event, label=label, about_id=key, recorded_at=at)
        return event

    def _some_time(self, since: datetime | None = None) -> datetime:
        since = since or self._opened
        return since + (self._now - since) * self._random.random()

    def _one_of(self, values: Sequence[Any]) -> Any:
        return values[int(self._random.random() * len(values))]

    def _make_companies(self) -> None:
        for number in range(max(self._people // 8, 1)):
            name = f"{self._one_of(LAST)} {self._one_of(TRADES)} {number}"
            trade = name.split()[1]
            self._companies.append(self._add(Company, self._some_time(), name=name, trade=trade))

    def _circle(self, number: int) -> Circle:
        if number < min(40, max(self._people // 50, 1)):
            return Circle.INNER
        if number < min(400, max(self._people // 10, 2)):
            return Circle.CLOSE
        return Circle.WIDER if self._random.random() < 0.5 else Circle.PASSING

    def _make_person(self, number: int) -> None:
        random, circle = self._random, self._circle(number)
        first, last = self._one_of(FIRST), self._one_of(LAST)
        at = self._some_time()
        days = KEEP_IN_TOUCH_DAYS[circle]
        touched = (self._now - timedelta(days=random.random() * 1.1 * (days or 700))).date()
        near = circle in (Circle.INNER, Circle.CLOSE)
        customer = near or random.random() < 0.25
        address = f"{first}.{last}.{number}@{self._business.slug}.example".encode("ascii", "ignore")
        contact = self._add(
            Contact,
            at,
            name=f"{first} {last} {self._one_of(LAST)}",
            email=address.decode() if near or random.random() < 0.85 else "",
            phone=f"+4670{random.randrange(10**7):07}" if random.random() < 0.5 else "",
            company_id=self._one_of(self._companies) if random.random() < 0.4 else None,
            job_title="Owner" if random.random() < 0.1 else "",
            circle=circle,
            source=self._one_of(Source.values),
            last_touch_on=touched,
            next_touch_on=touched + timedelta(days=days) if days else None,
            customer_since=at.date() if customer else None,
        )
        self._tell("contact.added", at, ("contact", contact))
        self._make_contacts_past(contact, circle, at)
        if customer:
            self._make_closed_business(contact, self._some_time(at))
        if near or random.random() < 0.02:
            self._advocates.append((self._add(Advocate, at, contact_id=contact), contact))
        if random.random() < 0.005:
            due_on = (self._now + timedelta(days=random.randrange(-3, 60))).date()
            self._add(Reminder, at, kind=ReminderKind.FOLLOW_UP, contact_id=contact, due_on=due_on)

    def _make_contacts_past(self, contact: UUID, circle: Circle, since: datetime) -> None:
        for _ in range(int(IN_TOUCH[circle] * 2 * self._random.random() + 0.5)):
            at = self._some_time(since)
            kind = self._one_of(InteractionKind.values)
            interaction = self._add(
                Interaction,
                at,
                contact_id=contact,
                kind=kind,
                occurred_at=at,
                text=WORDS,
                member_id=self._member,
            )
            self._tell("interaction.logged", at, ("interaction", interaction), contact, kind=kind)
        if self._random.random() < (0.5 if circle in (Circle.INNER, Circle.CLOSE) else 0.04):
            at = self._some_time(since)
            score = self._one_of([6, 7, 8, 9, 9, 10, 10])
            answer = self._add(
                Feedback, at, contact_id=contact, score=score, why=WORDS, answered_at=at
            )
            self._tell("feedback.answered", at, ("feedback", answer), contact, score=score)

    def _make_closed_business(
        self, contact: UUID, at: datetime, referral: UUID | None = None
    ) -> None:
        amount = self._random.randrange(50_00, 5_000_00)
        closed = self._add(
            ClosedBusiness,
            at,
            contact_id=contact,
            referral_id=referral,
            amount=amount,
            currency=self._business.currency,
            closed_on=at.date(),
        )
        self._tell("business.closed", at, ("closedbusiness", closed), contact, amount=amount)

    def _make_introduction(self, number: int) -> None:
        """A few wait, as many came to a handshake this week; of the others, two in three did."""
        advocate, contact = self._one_of(self._advocates)
        fresh = BUSY <= number < 2 * BUSY
        at = self._some_time(self._now - timedelta(days=7) if fresh else None)
        values: dict[str, Any] = {
            "advocate_id": advocate,
            "via": Via.FOR_ME,
            "advocate_hears": Hears.OUTCOME,
            "prospect_hash": hashlib.sha256(f"{self._business.pk}{number}".encode()).hexdigest(),
            "expires_at": at + timedelta(days=30),
        }
        if number < BUSY:
            values |= {
                "prospect_first_name": "Kim",
                "prospect_email": f"kim{number}@sealed.example",
            }
            values |= {"state": IntroductionState.OFFERED, "due_at": self._now + timedelta(days=9)}
        elif fresh or number % 3:
            prospect = self._add(
                Contact, at, name=f"{self._one_of(FIRST)} {self._one_of(LAST)}", source=Source.SENT
            )
            values |= {"state": IntroductionState.HANDSHAKE, "contact_id": prospect}
            values |= {"shook_hands_at": at, "prospect_first_name": "Kim"}
        else:
            values |= {"state": IntroductionState.EXPIRED, "erased_at": at}
        introduction = self._add(Introduction, at, **values)
        about = [key for key in (contact, values.get("contact_id")) if key]
        self._tell("introduction.offered", at, ("introduction", introduction), *about)
        if values["state"] == IntroductionState.HANDSHAKE:
            self._make_referral(advocate, contact, introduction, values["contact_id"], at)

    def _make_referral(
        self, advocate: UUID, sender: UUID, introduction: UUID, contact: UUID, at: datetime
    ) -> None:
        state = self._one_of(["won", "won", "lost", "lost", "not_now"])
        if at > self._now - timedelta(days=20):
            state = self._one_of(["talking", "met", "proposed"])
        referral = self._add(
            Referral,
            at,
            contact_id=contact,
            introduction_id=introduction,
            state=state,
            moved_at=at,
            won_at=at if state == ReferralState.WON else None,
            lost_reason=LostReason.PRICE if state == ReferralState.LOST else "",
        )
        self._add(Credit, at, referral_id=referral, advocate_id=advocate)
        event = self._tell("referral.opened", at, ("referral", referral), contact, sender)
        self._make_thanks(advocate, introduction, event, at)
        if state == ReferralState.WON:
            self._make_closed_business(contact, at, referral)

    def _make_thanks(self, advocate: UUID, introduction: UUID, cause: UUID, at: datetime) -> None:
        """Owed for those of the last days, given for all before."""
        due = at > self._now - timedelta(days=8)
        self._add(
            ThankYou,
            at,
            advocate_id=advocate,
            introduction_id=introduction,
            reason=ThanksReason.INTRODUCTION,
            cause_id=cause,
            owed_at=at,
            state=ThanksState.DUE if due else ThanksState.GIVEN,
            how="" if due else ThanksHow.CARD,
            closed_at=None if due else at + timedelta(days=3),
        )

    def _make_ask(self, number: int) -> None:
        advocate, contact = self._one_of(self._advocates)
        at = self._some_time()
        waits = at > self._now - timedelta(days=60)
        ask = self._add(
            Ask,
            at,
            advocate_id=advocate,
            wanted="Somebody who has just opened a workshop",
            state=AskState.SENT if waits else AskState.ANSWERED,
            sent_at=at,
            due_at=at + timedelta(days=60) if waits else None,
            closed_at=None if waits else at + timedelta(days=4),
        )
        event = self._tell("ask.sent", at, ("ask", ask), contact)
        message = self._add(
            Message,
            at,
            kind="ask_to_advocate",
            subject_label="ask",
            subject_id=ask,
            cause_id=event,
            dedupe_key=hashlib.sha256(str(ask).encode()).hexdigest(),
            state=MessageState.SENT,
            due_at=at,
            sent_at=at,
            in_data_at=at,
            from_name="Alice",
            headers={},
            text=WORDS * 5,
        )
        self._add(
            MessageRecipient,
            at,
            message_id=message,
            contact_id=contact,
            name="An advocate",
            address=f"advocate{number}@{self._business.slug}.example",
            address_hash=hashlib.sha256(f"{ask}".encode()).hexdigest(),
            state=RecipientState.SENT,
        )
