"""How each letter to a guest comes to be written."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from activity.models import Event
from businesses import clock
from feedback import services as feedback
from giving import services as giving
from giving.models import GivenIntroduction
from giving.states import Place
from introductions import services as introductions
from introductions.models import Advocate, Introduction
from outreach import catalogue
from outreach import catalogue_of_feedback as of_feedback
from outreach import catalogue_of_giving as of_giving
from outreach import catalogue_of_handshakes as handshakes
from outreach import catalogue_of_rewards as of_rewards
from outreach.models import (
    StepKind,
    StepTaken,
)
from outreach.services import (
    add_cadence,
    add_step,
    begin_by_hand,
    send_draft,
    take_due_steps,
)
from referrals import services as referrals
from referrals.models import Referral, ThankYou
from referrals.states import ThanksHow
from rewards import services as rewards
from rewards.models import Reward
from rewards.rules import Rule
from tests.giving.factories import a_partner, asked, jonas, shaken
from tests.guards.postbag import BLURB, WORDS, Postbag, Row, Write
from tests.introductions.factories import came_by_link, unvouched
from tests.referrals.factories import a_referral, lost, moved, won
from tests.rewards.factories import shook_hands


def _ask(bag: Postbag) -> Row:
    bag.asked(wanted="workshops that keep receipts in a shoe box", blurb=BLURB)
    return bag.newest(catalogue.ASK)


def _ask_for_person(bag: Postbag) -> Row:
    bag.asked(named_person="Jonas Lind", wanted="He is about to open a second workshop.")
    return bag.newest(catalogue.ASK)


def _nudge(bag: Postbag) -> Row:
    ask = bag.asked(wanted="workshops that keep receipts in a shoe box")
    bag.send()
    bag.wait(timedelta(days=8))
    introductions.nudge_ask(ask=ask, by=bag.by, sender=bag.alice, now=bag.now)
    return bag.newest(catalogue.NUDGE)


def _introduction(bag: Postbag) -> Row:
    bag.offered()
    return bag.newest(catalogue.INTRODUCTION)


def _introduction_again(bag: Postbag) -> Row:
    until = bag.now.date() + timedelta(days=10)
    later = introductions.postpone_introduction(
        introduction=bag.offered(), until=until, now=bag.now
    )
    bag.wait(timedelta(days=10))
    introductions.bring_back(introduction=later, now=bag.now)
    return bag.newest(catalogue.INTRODUCTION)


def _handshake(bag: Postbag) -> Row:
    yes = introductions.accept_introduction(introduction=bag.offered(), now=bag.now)
    introductions.send_handshake_now(introduction=yes, now=bag.now)
    return bag.newest(handshakes.HANDSHAKE)


def _handshake_with_everything(bag: Postbag) -> Row:
    bag.business.booking_link = "https://calendar.example/alice"
    bag.business.save()
    yes = introductions.accept_introduction(introduction=bag.offered(), now=bag.now)
    introductions.add_to_introduction(
        introduction=yes,
        depth="together",
        meets_on=bag.now.date() + timedelta(days=3),
        meets_at=time(15, 30),
        meets_place="Café Wren, Harbour Street 3",
        now=bag.now,
    )
    introductions.add_to_answer(
        introduction=yes,
        sentence="I look forward to it. Mornings are best.",
        reach_by="by phone, after four",
        now=bag.now,
    )
    introductions.send_handshake_now(introduction=yes, now=bag.now)
    return bag.newest(handshakes.HANDSHAKE)


def _handshake_by_phone(bag: Postbag) -> Row:
    shared = introductions.share_introduction(
        advocate=bag.advocate(), first_name="Jonas", words=WORDS, now=bag.now
    )
    yes = introductions.accept_introduction(introduction=shared, phone="+46701234567", now=bag.now)
    introductions.send_handshake_now(introduction=yes, now=bag.now)
    return bag.newest(handshakes.HANDSHAKE)


def _brought_together(bag: Postbag) -> Introduction:
    """Three days before they meet."""
    yes = introductions.accept_introduction(introduction=bag.offered(), now=bag.now)
    introductions.add_to_introduction(
        introduction=yes,
        depth="together",
        meets_on=bag.now.date() + timedelta(days=3),
        meets_at=time(15, 30),
        meets_place="Café Wren, Harbour Street 3",
        now=bag.now,
    )
    return introductions.send_handshake_now(introduction=yes, now=bag.now)


def _morning_after(bag: Postbag) -> Row:
    _brought_together(bag)
    bag.wait(timedelta(days=5))
    return bag.newest(handshakes.MORNING_AFTER)


def _moved(bag: Postbag) -> Row:
    brought = _brought_together(bag)
    introductions.move_meeting(
        introduction=brought,
        meets_on=bag.now.date() + timedelta(days=10),
        meets_at=time(8, 15),
        meets_place="Café Wren, Harbour Street 3",
        now=bag.now,
    )
    return bag.newest(handshakes.MOVED)


def _claim_answered(bag: Postbag) -> Row:
    claim = referrals.claim_credit(advocate=bag.advocate(), person="Jonas", by=bag.by, now=bag.now)
    referrals.answer_claim(
        claim=claim, words="You did, and I thank you for it.", by=bag.by, now=bag.now
    )
    return bag.newest(catalogue.CLAIM_ANSWERED)


def _given(bag: Postbag) -> Row:
    _two_who_are_asked(bag)
    return bag.newest(of_giving.GIVEN)


def _given_handshake(bag: Postbag) -> Row:
    shaken(_two_who_are_asked(bag), bag.now)
    return bag.newest(of_giving.GIVEN_HANDSHAKE)


def _given_nothing(bag: Postbag) -> Row:
    given = _two_who_are_asked(bag)
    giving.accept_given(given=given, place=Place.FIRST, now=bag.now)
    giving.decline_given(given=given, place=Place.SECOND, now=bag.now)
    return bag.newest(of_giving.GIVEN_NOTHING)


def _given_outcome(bag: Postbag) -> Row:
    shaken(_two_who_are_asked(bag), bag.now)
    bag.wait(timedelta(days=15))
    return bag.newest(of_giving.GIVEN_OUTCOME)


def _two_who_are_asked(bag: Postbag) -> GivenIntroduction:
    """Jonas, a customer, and Elena, who is with a partner firm."""
    number = bag.number()
    return asked(
        jonas(bag.business, bag.now, f"jonas{number}@given.example"),
        a_partner(bag.business, bag.now, f"elena{number}@given.example"),
        bag.alice,
        bag.now,
    )


def _vouch(bag: Postbag) -> Row:
    came_by_link(bag.advocate(), bag.now, bag.prospect_address())
    return bag.newest(handshakes.VOUCH)


def _unvouched(bag: Postbag) -> Row:
    came = unvouched(bag.advocate(), bag.now, bag.prospect_address())
    going = introductions.go_on_unvouched(introduction=came, by=bag.by, now=bag.now)
    introductions.send_handshake_now(introduction=going, now=bag.now)
    return bag.newest(handshakes.UNVOUCHED)


def _met(bag: Postbag) -> Row:
    return _progress(
        bag, moved(a_referral(bag.advocate(), bag.now, bag.prospect_address()), "met", bag.now)
    )


def _won(bag: Postbag) -> Row:
    return _progress(bag, won(a_referral(bag.advocate(), bag.now, bag.prospect_address()), bag.now))


def _lost(bag: Postbag) -> Row:
    return _progress(
        bag, lost(a_referral(bag.advocate(), bag.now, bag.prospect_address()), bag.now)
    )


def _step(bag: Postbag, to: str, kind: str = "step_to_advocate") -> Row:
    referral = a_referral(bag.advocate(), bag.now, bag.prospect_address())
    return _progress(bag, moved(referral, to, bag.now), kind)


def _talking(bag: Postbag) -> Row:
    return _step(bag, "talking")


def _proposed(bag: Postbag) -> Row:
    return _step(bag, "proposed")


def _not_now(bag: Postbag) -> Row:
    return _step(bag, "not_now", "progress_to_advocate")


def _won_with_worth(bag: Postbag) -> Row:
    bag.business.values_shown_since = bag.now
    bag.business.save()
    return _won(bag)


def _progress(bag: Postbag, referral: Referral, kind: str = "progress_to_advocate") -> Row:
    event = Event.objects.filter(subject_id=referral.pk).order_by("-id")[0]
    referrals.tell_advocate_of_progress(event=event, now=bag.now)
    return bag.newest(kind)


def _also_introduced(bag: Postbag) -> Row:
    address = bag.prospect_address()
    for name in ("Marta Oliveira", "Ines Holm"):
        _introduced(bag.advocate(name), bag.now, address)
    event = Event.objects.filter(name="referral.introduced_again").order_by("-id")[0]
    referrals.tell_other_advocate(event=event, now=bag.now)
    return bag.newest(catalogue.ALSO_INTRODUCED)


def _introduced(advocate: Advocate, now: datetime, address: str) -> None:
    offered = introductions.offer_introduction(
        advocate=advocate, first_name="Jonas", email=address, words=WORDS, now=now
    )
    yes = introductions.accept_introduction(introduction=offered, now=now)
    introductions.send_handshake_now(introduction=yes, now=now)


def _thanks(bag: Postbag) -> Row:
    referral = won(a_referral(bag.advocate(), bag.now, bag.prospect_address()), bag.now)
    due = ThankYou.objects.due().filter(referral=referral)[0]
    referrals.give_thanks(
        thank_you=due,
        how=ThanksHow.MAIL,
        words="Jonas and we are working together now, and that is your doing. Thank you.",
        by=bag.by,
        now=bag.now,
    )
    return bag.newest(catalogue.THANKS)


def _public_thanks(bag: Postbag) -> Row:
    referral = won(a_referral(bag.advocate(), bag.now, bag.prospect_address()), bag.now)
    due = ThankYou.objects.due().filter(referral=referral)[0]
    referrals.ask_for_public_thanks(
        thank_you=due,
        words="Thank you for bringing so many good people to our door.",
        shown_as="name",
        by=bag.by,
        now=bag.now,
    )
    return bag.newest(catalogue.PUBLIC_THANKS)


def _reward(bag: Postbag, what: str = "code") -> Row:
    """For an introduction that led to a yes, under terms that were shown."""
    rule = Rule("handshake", "advocate", what, amount=2_000)
    rewards.publish_terms(business=bag.business, rules=[rule], by=bag.by, now=bag.now)
    rewards.add_codes(
        business=bag.business, codes=[f"SPRING-{bag.number()}"], by=bag.by, now=bag.now
    )
    shook_hands(bag.advocate(), bag.now, bag.prospect_address())
    row = Reward.objects.open().get()
    rewards.approve_reward(reward=row, by=bag.by, now=bag.now)
    rewards.give_reward(reward=row, by=bag.by, now=bag.now)
    rewards.publish_terms(business=bag.business, rules=[], by=bag.by, now=bag.now)
    return bag.newest(of_rewards.REWARD)


def _reward_of_credit(bag: Postbag) -> Row:
    return _reward(bag, "credit")


def _question(bag: Postbag) -> Row:
    feedback.ask_for_feedback(contact=bag.person(), by=bag.by, sender=bag.alice, now=bag.now)
    return bag.newest(of_feedback.QUESTION)


def _edit(bag: Postbag) -> Row:
    contact = bag.person()
    asked = feedback.ask_for_feedback(contact=contact, by=bag.by, sender=bag.alice, now=bag.now)
    feedback.answer_request(request=asked, score=9, why="Never late.", now=bag.now)
    given = feedback.give_testimonial(
        contact=contact, words="Never ever late.", shown_as="name", now=bag.now
    )
    feedback.publish_testimonial(testimonial=given, by=bag.by, now=bag.now)
    feedback.propose_edit(
        testimonial=given,
        words="Lindqvist Bookkeeping is never late.",
        by=bag.by,
        sender=bag.alice,
        now=bag.now,
    )
    return bag.newest(of_feedback.EDIT)


def _plan(bag: Postbag) -> Row:
    words = "Dear {first_name},\n\nhow was it?\n\n{feedback_link}\n\nI read every answer."
    plan = add_cadence(business=bag.business, name="After a job", by=bag.by, now=bag.now)
    add_step(
        cadence=plan,
        days=0,
        kind=StepKind.LETTER,
        subject="How was it?",
        words=words,
        by=bag.by,
        now=bag.now,
    )
    begin_by_hand(cadence=plan, contact=bag.person(), by=bag.by, now=bag.now)
    bag.wait(timedelta(days=1))
    with clock.at(bag.now):
        take_due_steps(now=bag.now)
        draft = StepTaken.objects.waiting().get(enrolment__cadence=plan)
        send_draft(draft=draft, by=bag.by, sender=bag.alice, now=bag.now)
    return bag.newest(catalogue.PLAN)


# By its letter in the catalogue, each way in which it looks different.
TO_GUESTS: Mapping[str, Mapping[str, Write]] = {
    catalogue.ASK: {"": _ask, "person": _ask_for_person},
    catalogue.NUDGE: {"": _nudge},
    catalogue.INTRODUCTION: {"": _introduction, "again": _introduction_again},
    handshakes.HANDSHAKE: {
        "": _handshake,
        "everything": _handshake_with_everything,
        "phone": _handshake_by_phone,
    },
    handshakes.MORNING_AFTER: {"": _morning_after},
    handshakes.MOVED: {"": _moved},
    handshakes.VOUCH: {"": _vouch},
    handshakes.UNVOUCHED: {"": _unvouched},
    catalogue.TALKING: {"": _talking},
    catalogue.MET: {"": _met},
    catalogue.PROPOSED: {"": _proposed},
    catalogue.NOT_NOW: {"": _not_now},
    catalogue.WON: {"": _won, "with_worth": _won_with_worth},
    catalogue.LOST: {"": _lost},
    catalogue.ALSO_INTRODUCED: {"": _also_introduced},
    catalogue.CLAIM_ANSWERED: {"": _claim_answered},
    catalogue.THANKS: {"": _thanks},
    catalogue.PUBLIC_THANKS: {"": _public_thanks},
    of_rewards.REWARD: {"": _reward, "credit": _reward_of_credit},
    of_feedback.QUESTION: {"": _question},
    of_feedback.EDIT: {"": _edit},
    of_giving.GIVEN: {"": _given},
    of_giving.GIVEN_HANDSHAKE: {"": _given_handshake},
    of_giving.GIVEN_NOTHING: {"": _given_nothing},
    of_giving.GIVEN_OUTCOME: {"": _given_outcome},
    catalogue.PLAN: {"": _plan},
}
