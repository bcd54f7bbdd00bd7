"""The owner of the simulated year: does by the services what the script says, and reads the books.

What is read is named as the model names it, so that both can be laid side by side.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership, User
from businesses.refusals import Refusal
from contacts.models import Contact
from contacts.services import add_contact, log_interaction
from introductions import services as introductions
from introductions.models import Ask
from outreach.models import Enrolment, Message, StepTaken
from outreach.services import (
    dismiss_draft,
    retry_message,
    send_draft,
    settle_message,
    suppress_by_hand,
)
from referrals import services as referrals
from referrals.models import Referral, ThankYou
from tests.faults.year_model import Model
from tests.faults.year_script import BEGIN, NOT_WANTED, PLACE, Deed, Person, Script, Visit
from tests.faults.year_script import address_of as address_of_prospect
from tests.outreach.factories import acting
from tests.outreach.smtp import Accepted

WORDS = "Dear Jonas,\nAlice has kept our books for six years.\nMarta"
# The Message-ID is made of the letter's id.
NEWS = frozenset({"progress_to_advocate", "step_to_advocate"})
_LETTER = re.compile(rb"^Message-ID: *<([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """What came of the year: each letter that arrived with its visit, each step, each plan."""

    letters: Sequence[tuple[str, str]]
    steps: Mapping[str, str]
    plans: Mapping[str, str]


class Owner:
    """Of one business; every deed is a transaction, as a press of a button is."""

    def __init__(self, business: Business, user: User, script: Script) -> None:
        self.business, self.user, self.script = business, user, script
        self.arrived: dict[UUID, list[tuple[Visit, Accepted]]] = {}
        self._read = 0
        # By the id of a contact, a referral or an ask.
        self._names: dict[UUID, str] = {}
        self._contacts: dict[str, UUID] = {}
        self._looked_at: set[str] = set()
        with acting(business):
            membership = Membership.objects.select_related("business", "user")
            self._me = Actor.member(membership.get(business=business, user=user))

    def begin(self) -> None:
        """Everybody whom the owner knows at first; the business has been sending for a month."""
        self.business.confirmed_at = clock.now() - timedelta(days=30)
        self.business.save()
        for person in self.script.people:
            with acting(self.business):
                self._keep(person)

    def look_at_drafts(self, visit: Visit) -> int:
        """Send, drop or leave one letter of each person's that waits for a look; how many.

        One, since having written to somebody is a reason to leave the next unsent.
        """
        looked: set[UUID] = set()
        with acting(self.business):
            waiting = StepTaken.objects.waiting().select_related("enrolment__cadence")
            drafts = {self._step(draft): draft for draft in waiting.order_by("id")}
        for name, draft in sorted(drafts.items()):
            habit, whose = self.script.habit(name), draft.enrolment.contact_id
            is_early = visit.number < _visit(draft.created_at).number + habit.visits
            if is_early or name in self._looked_at or whose in looked:
                continue
            self._looked_at.add(name)
            looked.add(whose)
            with suppress(Refusal), acting(self.business):
                if habit.deed == "drop":
                    dismiss_draft(draft=draft, reason=NOT_WANTED, by=self._me, now=clock.now())
                elif habit.deed == "send":
                    send_draft(draft=draft, by=self._me, sender=self.user, now=clock.now())
        return len(looked)

    def do(self, visit: Visit) -> int:
        """What the script says; how much that is. What is refused is left."""
        deeds = self.script.at(visit)
        for deed in deeds:
            with suppress(Refusal), acting(self.business):
                getattr(self, f"_{deed.what}")(deed, clock.now())
        return len(deeds)

    def note_arrivals(self, accepted: Sequence[Accepted], visit: Visit) -> None:
        """What the mail server took since this was last asked."""
        for one in accepted[self._read :]:
            found = _LETTER.search(one.content)
            assert found, "A letter without our Message-ID was received."
            self.arrived.setdefault(UUID(found[1].decode()), []).append((visit, one))
        self._read = max(self._read, len(accepted))

    def settle_doubts(self) -> int:
        """Of letters that may have left: ask the reader, and send again what did not arrive."""
        with acting(self.business):
            doubtful = list(Message.objects.filter(state="uncertain"))
        for letter in doubtful:
            press = settle_message if letter.pk in self.arrived else retry_message
            with acting(self.business):
                press(message=letter, by=self._me, now=clock.now())
        return len(doubtful)

    # --- What the owner does -------------------------------------------------------------------

    def _keep(self, person: Person) -> None:
        contact = add_contact(
            business=self.business,
            name="Marta Berg",
            email=person.address,
            circle="inner" if person.is_inner else "wider",
            company_name=f"Firm of {person.key}" if person.is_partner else "",
            timezone=person.zone,
            by=self._me,
            now=clock.now(),
        )
        if contact.company is not None:
            contact.company.partner_since = BEGIN - timedelta(days=365)
            contact.company.save()
        self._names[contact.pk], self._contacts[person.key] = person.key, contact.pk
        if person.sent_before:
            self._sent_before(person, contact)

    def _sent_before(self, person: Person, sender: Contact) -> None:
        """Somebody rang long ago and said who had sent them; that is settled."""
        then = Visit(0).instant - timedelta(days=person.sent_before)
        referral = referrals.record_sent_someone(
            business=self.business,
            name="Ida Ek",
            email=f"{person.key}@before.example",
            sender=sender,
            by=self._me,
            now=then,
        )
        self._names[referral.pk] = f"ida of {person.key}"
        thanks = ThankYou.objects.get(referral=referral)
        referrals.waive_thanks(thank_you=thanks, reason="Long ago", by=self._me, now=then)

    def _introduce(self, deed: Deed, now: datetime) -> None:
        advocate = introductions.advocate_for(contact=self._contact(deed.by), now=now)
        made = introductions.offer_introduction(
            advocate=advocate,
            first_name="Jonas",
            email=address_of_prospect(deed.who),
            words=WORDS,
            now=now,
        )
        made = introductions.accept_introduction(introduction=made, now=now)
        made = introductions.add_to_answer(introduction=made, advocate_hears=deed.how, now=now)
        made = introductions.send_handshake_now(introduction=made, now=now)
        referral = Referral.objects.get(introduction=made)
        for key in (made.pk, referral.pk, referral.contact_id):
            self._names[key] = deed.who
        self._contacts[deed.who] = referral.contact_id

    def _move(self, deed: Deed, now: datetime) -> None:
        referral = self._referral(deed.who)
        referrals.move_referral(referral=referral, to=deed.how, by=self._me, now=now)

    def _win(self, deed: Deed, now: datetime) -> None:
        referrals.win_referral(
            referral=self._referral(deed.who),
            amount=185_000,
            currency="EUR",
            on=clock.today(self.business, now),
            by=self._me,
            now=now,
        )

    def _lose(self, deed: Deed, now: datetime) -> None:
        referral = self._referral(deed.who)
        referrals.lose_referral(referral=referral, reason="price", by=self._me, now=now)

    def _thank(self, deed: Deed, now: datetime) -> None:
        thanks = ThankYou.objects.get(referral=self._referral(deed.who), reason=deed.how)
        referrals.give_thanks(thank_you=thanks, how="card", by=self._me, now=now)

    def _call(self, deed: Deed, now: datetime) -> None:
        log_interaction(contact=self._contact(deed.who), kind="call", by=self._me, now=now)

    def _ask(self, deed: Deed, now: datetime) -> None:
        ask = introductions.draft_ask(
            contact=self._contact(deed.who),
            wanted="A workshop",
            by=self._me,
            sender=self.user,
            now=now,
        )
        introductions.send_ask(ask=ask, by=self._me, now=now)
        self._names[ask.pk] = deed.who

    def _answer(self, deed: Deed, now: datetime) -> None:
        introductions.note_answer(ask=self._last_ask(deed.who), by=self._me, now=now)

    def _decline(self, deed: Deed, now: datetime) -> None:
        introductions.decline_ask(ask=self._last_ask(deed.who), now=now)

    def _withdraw(self, deed: Deed, now: datetime) -> None:
        introductions.withdraw_ask(ask=self._last_ask(deed.who), by=self._me, now=now)

    def _stop_mail(self, deed: Deed, now: datetime) -> None:
        address = self._contact(deed.who).email
        suppress_by_hand(business=self.business, address=address, by=self._me, now=now)

    def _contact(self, key: str) -> Contact:
        return Contact.objects.get(pk=self._contacts[key])

    def _referral(self, prospect: str) -> Referral:
        return Referral.objects.get(contact_id=self._contacts[prospect])

    def _last_ask(self, key: str) -> Ask:
        ask = Ask.objects.filter(advocate__contact_id=self._contacts[key]).first()
        if ask is None:
            raise Refusal
        return ask

    # --- What the books say --------------------------------------------------------------------

    def books(self) -> Shown:
        with acting(self.business):
            self._names |= {
                key: self._names[referral]
                for key, referral in ThankYou.objects.values_list("pk", "referral_id")
            }
            enrolments = Enrolment.objects.select_related("cadence").order_by("id")
            steps = list(StepTaken.objects.select_related("enrolment__cadence"))
            return Shown(
                letters=self._letters({one.message_id: one for one in steps}),
                steps={self._step(one): _outcome(one) for one in steps},
                plans={self._plan(one): f"{one.state} {one.reason}" for one in enrolments},
            )

    def _letters(self, steps: Mapping[UUID | None, StepTaken]) -> Sequence[tuple[str, str]]:
        rows = Message.objects.in_bulk(list(self.arrived))
        told = {one.cause_id for one in rows.values() if one.kind in NEWS}
        news = {one.pk: one.payload["to"] for one in Event.objects.filter(pk__in=told)}
        reasons = dict(ThankYou.objects.values_list("pk", "reason"))
        shown = []
        for key, row in rows.items():  # What came beside these is another business's.
            name = row.kind
            if row.kind == "plan_letter":
                name += f" {self._step(steps[key])}"
            else:
                more = news.get(row.cause_id) or reasons.get(row.subject_id)
                name += f" {more}" if more else ""
                name += f" about {self._names[row.subject_id]}"
            for visit, taken in self.arrived[key]:
                to = f" to {' '.join(sorted(taken.recipients))}"
                shown.append((name + to * (len(taken.recipients) > 1), str(visit)))
        return shown

    def _plan(self, one: Enrolment) -> str:
        name = f"{one.cadence.key} for {self._names[one.contact_id]}"
        if one.subject_label != "contact":
            name += f" about {self._about(one)}"
        return f"{name} of {_visit(one.created_at).day}"

    def _about(self, one: Enrolment) -> str:
        if one.subject_label == "closedbusiness":
            return self._names[one.contact_id]
        if one.subject_id not in self._names:
            thanks = ThankYou.objects.get(pk=one.subject_id)
            self._names[one.subject_id] = self._names[thanks.referral_id]
        return self._names[one.subject_id]

    def _step(self, one: StepTaken) -> str:
        return f"step {one.position} of {self._plan(one.enrolment)}"


def _visit(instant: datetime) -> Visit:
    local = instant.astimezone(PLACE)
    return Visit(2 * (local.date() - BEGIN).days + (local.hour >= 15))


def _outcome(one: StepTaken) -> str:
    return " ".join((one.outcome, str(_visit(one.created_at)), one.reason))


def differences(model: Model, shown: Shown) -> list[str]:
    """What the product did otherwise than the model says; none when all is the same."""
    found = [
        f"{name} arrived {count} times"
        for name, count in Counter(name for name, _ in shown.letters).items()
        if count > 1
    ]
    letters = dict(shown.letters)
    for what, awaited, met in (
        ("letter", model.letters, letters),
        ("step", model.steps, shown.steps),
        ("plan", model.plans, shown.plans),
    ):
        found += [
            f"{what}: {name}: {met.get(name, 'nothing')}, and not {awaited.get(name, 'nothing')}"
            for name in sorted(awaited.keys() | met.keys())
            if awaited.get(name) != met.get(name)
        ]
    return found
