"""The verbs of the story: each is one call of a service, by whoever did it, at the held clock."""

from contextlib import suppress
from datetime import timedelta

from activity.actors import Actor
from businesses import clock
from contacts import services as contacts
from contacts.services import ContactChanges
from contacts.states import Circle
from demo.people import Person
from demo.stage import Act, Stage
from feedback import services as feedback
from feedback.models import FeedbackRequest, Testimonial
from introductions import services as introductions
from introductions.states import Hears
from outreach import services as outreach
from outreach.models import Reminder
from referrals import services as referrals
from referrals.models import ThankYou
from referrals.states import ThanksReason


def arrives(person: Person) -> Act:
    def act(stage: Stage) -> None:
        since = person.customer_since
        contact = contacts.add_contact(
            business=stage.business,
            name=person.name,
            email=person.email,
            phone=person.phone,
            company_name=person.firm,
            job_title=person.job,
            circle=person.circle,
            source=person.source,
            note=person.note,
            customer_since=None if since is None else stage.calendar.day(since),
            met_through=stage.contact(person.met_through) if person.met_through else None,
            by=stage.actor(),
            now=clock.now(),
        )
        stage.remember(person.name, contact)

    return act


def keeps(name: str, kind: str, text: str, *, by: str = "Elena") -> Act:
    """Somebody of the firm writes down what happened with a contact."""
    return lambda stage: contacts.log_interaction(
        contact=stage.contact(name), kind=kind, text=text, by=stage.actor(by), now=clock.now()
    )


def learns(
    name: str, *, firm: str = "", job: str = "", circle: str = Circle.WIDER, note: str = ""
) -> Act:
    """After the first talk: the whole name, the firm, what to remember."""

    def act(stage: Stage) -> None:
        changes = ContactChanges(
            name=name, company_name=firm, job_title=job, circle=circle, note=note
        )
        contact = contacts.change_contact(
            contact=stage.contact(name), changes=changes, by=stage.actor(), now=clock.now()
        )
        stage.remember(name, contact)

    return act


def drafts(key: str, of: str, *, wanted: str = "", person: str = "", note: str = "") -> Act:
    def act(stage: Stage) -> None:
        stage.asks[key] = introductions.draft_ask(
            contact=stage.contact(of),
            wanted=wanted,
            named_person=person,
            note=note,
            by=stage.actor(),
            sender=stage.member("Elena").user,
            now=clock.now(),
        )

    return act


def sends(key: str) -> Act:
    return lambda stage: introductions.send_ask(
        ask=stage.asks[key], by=stage.actor(), now=clock.now()
    )


def nobody_comes_to_mind(key: str) -> Act:
    return lambda stage: introductions.decline_ask(ask=stage.asks[key], now=clock.now())


def thinks_better_of(key: str) -> Act:
    """The ask is taken back."""
    return lambda stage: introductions.withdraw_ask(
        ask=stage.asks[key], by=stage.actor(), now=clock.now()
    )


def wants_no_asks(name: str) -> Act:
    return lambda stage: introductions.stop_asking(advocate=stage.advocate(name), now=clock.now())


def shares(by: str, person: str, words: str, *, ask: str = "") -> Act:
    """*Send it myself.*"""

    def act(stage: Stage) -> None:
        stage.introductions[person] = introductions.share_introduction(
            advocate=stage.advocate(by),
            ask=stage.asks[ask] if ask else None,
            first_name=person.split()[0],
            words=words,
            now=clock.now(),
        )

    return act


def offers(by: str, person: str, email: str, words: str, *, ask: str = "") -> Act:
    """*Send it for me.*"""

    def act(stage: Stage) -> None:
        stage.introductions[person] = introductions.offer_introduction(
            advocate=stage.advocate(by),
            ask=stage.asks[ask] if ask else None,
            first_name=person.split()[0],
            email=email,
            words=words,
            now=clock.now(),
        )

    return act


def comes(by: str, person: str, email: str, words: str) -> Act:
    """Somebody comes by a link of the advocate's own."""

    def act(stage: Stage) -> None:
        advocate = stage.advocate(by)
        introductions.make_share_link(advocate=advocate, now=clock.now())
        stage.introductions[person] = introductions.come_by_link(
            advocate=advocate,
            first_name=person.split()[0],
            email=email,
            words=words,
            now=clock.now(),
        )

    return act


def is_unknown(person: str) -> Act:
    """The advocate does not know who came."""
    return lambda stage: introductions.say_unknown(
        introduction=stage.introduction(person), now=clock.now()
    )


def says_yes(
    person: str,
    *,
    email: str = "",
    phone: str = "",
    sentence: str = "",
    reach_by: str = "",
    hears: str = Hears.OUTCOME,
) -> Act:
    def act(stage: Stage) -> None:
        introduction = introductions.accept_introduction(
            introduction=stage.introduction(person), email=email, phone=phone, now=clock.now()
        )
        introductions.add_to_answer(
            introduction=introduction,
            sentence=sentence,
            reach_by=reach_by,
            advocate_hears=hears,
            now=clock.now(),
        )

    return act


def says_not_now(person: str, *, until: int | None = None) -> Act:
    """With the days ago (negative: to come) on which to hear of it again, or without."""
    return lambda stage: introductions.postpone_introduction(
        introduction=stage.introduction(person),
        until=None if until is None else stage.calendar.day(until),
        now=clock.now(),
    )


def says_no(person: str, *, never: bool = False) -> Act:
    return lambda stage: introductions.decline_introduction(
        introduction=stage.introduction(person), never=never, now=clock.now()
    )


def takes_back(person: str) -> Act:
    """The advocate, at once; later only somebody of the business can."""

    def act(stage: Stage) -> None:
        introduction = stage.introduction(person)
        with suppress(introductions.UndoWindowOver):
            introductions.undo_offer(introduction=introduction, now=clock.now())
            return
        introductions.withdraw_introduction(
            introduction=introduction, by=stage.actor(), now=clock.now()
        )

    return act


def is_sent(
    person: str, phone: str, *, by: str = "", firm: str = "", taken_by: str = "Elena"
) -> Act:
    """*Someone was sent to me*: by phone or at the counter."""

    def act(stage: Stage) -> None:
        referral = referrals.record_sent_someone(
            business=stage.business,
            name=person,
            phone=phone,
            sender=stage.contact(by) if by else None,
            by=stage.actor(taken_by),
            now=clock.now(),
        )
        stage.remember(person, referral.contact)

    return act


def moves(person: str, to: str) -> Act:
    return lambda stage: referrals.move_referral(
        referral=stage.referral(person), to=to, by=stage.actor(), now=clock.now()
    )


def plans_next(person: str, step: str, days: int, euros: int) -> Act:
    """What comes next with somebody who was sent, in so many days, and what it may come to."""
    return lambda stage: referrals.plan_referral(
        referral=stage.referral(person),
        changes={
            "next_step": step,
            "next_on": clock.today(stage.business) + timedelta(days=days),
            "expected_amount": euros * 100,
        },
        by=stage.actor(),
        now=clock.now(),
    )


def wins(person: str, euros: int) -> Act:
    return lambda stage: referrals.win_referral(
        referral=stage.referral(person),
        amount=euros * 100,
        currency=stage.business.currency,
        on=clock.today(stage.business),
        by=stage.actor(),
        now=clock.now(),
    )


def loses(person: str, reason: str) -> Act:
    return lambda stage: referrals.lose_referral(
        referral=stage.referral(person), reason=reason, by=stage.actor(), now=clock.now()
    )


def reopens(person: str) -> Act:
    return lambda stage: referrals.reopen_referral(
        referral=stage.referral(person), by=stage.actor(), now=clock.now()
    )


def pays(person: str, euros: int, what: str, *, through_referral: bool = False) -> Act:
    return lambda stage: referrals.record_closed_business(
        contact=stage.contact(person),
        amount=euros * 100,
        currency=stage.business.currency,
        on=clock.today(stage.business),
        referral=stage.referral(person) if through_referral else None,
        note=what,
        by=stage.actor(),
        now=clock.now(),
    )


def thanks(advocate: str, person: str, how: str, words: str = "", *, business: bool = False) -> Act:
    """For the introduction of this person, or for the business that came of it."""
    return lambda stage: referrals.give_thanks(
        thank_you=_owed(stage, advocate, person, business),
        how=how,
        words=words,
        by=stage.actor(),
        now=clock.now(),
    )


def thanks_for_words(name: str, how: str, words: str = "") -> Act:
    """For having spoken up for the business in public."""
    return lambda stage: referrals.give_thanks(
        thank_you=ThankYou.objects.due().get(
            advocate__contact=stage.contact(name), reason=ThanksReason.SPEAKING_UP
        ),
        how=how,
        words=words,
        by=stage.actor(),
        now=clock.now(),
    )


def needs_no_thanks(advocate: str, person: str, reason: str, *, business: bool = False) -> Act:
    return lambda stage: referrals.waive_thanks(
        thank_you=_owed(stage, advocate, person, business),
        reason=reason,
        by=stage.actor(),
        now=clock.now(),
    )


def _owed(stage: Stage, advocate: str, person: str, business: bool) -> ThankYou:
    return ThankYou.objects.due().get(
        advocate__contact=stage.contact(advocate),
        referral__contact=stage.contact(person),
        reason=ThanksReason.BUSINESS if business else ThanksReason.INTRODUCTION,
    )


def answers(name: str, score: int, why: str) -> Act:
    """To how likely they are to recommend the firm; by the link, where they were mailed one."""

    def act(stage: Stage) -> None:
        contact, now = stage.contact(name), clock.now()
        asked = FeedbackRequest.objects.filter(contact=contact, answered_at=None)
        question = asked.order_by("-asked_at").first()
        if question is not None and feedback.may_answer(question, now):
            feedback.answer_request(request=question, score=score, why=why, now=now)
            return
        feedback.record_feedback(
            contact=contact, score=score, why=why, by=Actor.contact(contact.pk), now=now
        )

    return act


def asks_how_it_was(name: str) -> Act:
    return lambda stage: feedback.ask_for_feedback(
        contact=stage.contact(name),
        by=stage.actor(),
        sender=stage.member("Elena").user,
        now=clock.now(),
    )


def lends_words(name: str, words: str, shown_as: str = "name") -> Act:
    """They may be published."""
    return lambda stage: feedback.give_testimonial(
        contact=stage.contact(name), words=words, shown_as=shown_as, now=clock.now()
    )


def publishes_words(name: str) -> Act:
    return lambda stage: feedback.publish_testimonial(
        testimonial=Testimonial.objects.live().get(contact=stage.contact(name)),
        by=stage.actor(),
        now=clock.now(),
    )


def plans(name: str, kind: str, text: str, *, in_days: int) -> Act:
    """A reminder that Elena writes for herself; `in_days` counts from the moment of writing."""

    def act(stage: Stage) -> Reminder:
        now = clock.now()
        return outreach.add_reminder(
            business=stage.business,
            kind=kind,
            contact=stage.contact(name),
            due_on=clock.today(stage.business, now) + timedelta(days=in_days),
            text=text,
            by=stage.actor(),
            now=now,
        )

    return act


def does(name: str, kind: str, *, by: str = "Elena") -> Act:
    """What was to be done for a contact is done."""

    def act(stage: Stage) -> None:
        open_ones = Reminder.objects.open().filter(contact=stage.contact(name), kind=kind)
        for reminder in open_ones.order_by("due_on", "id"):
            outreach.finish_reminder(reminder=reminder, by=stage.actor(by), now=clock.now())

    return act
