"""Two people press opposite buttons at the same moment: one wins, the other gets a sentence."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from introductions import services
from introductions.models import Advocate, Ask, Introduction
from introductions.states import AskState, IntroductionState
from tests.introductions.factories import (
    accepted,
    an_advocate,
    came_by_link,
    offered,
    shared,
    unvouched,
)
from tests.introductions.racing import (
    assert_one_won,
    assert_refused,
    committed,
    grounds,
    race,
)

pytestmark = pytest.mark.django_db(transaction=True)

BUTTONS: dict[str, Callable[..., object]] = {
    "yes": services.accept_introduction,
    "no": services.decline_introduction,
    "withdraw": partial(services.take_back_introduction, by=SYSTEM),
    "undo offer": services.undo_offer,
    "undo": services.undo_answer,
    "send now": services.send_handshake_now,
    "vouch": partial(services.vouch_for, words="I know them."),
    "unknown": services.say_unknown,
    "take back": services.take_back_coming,
    "erase": services.erase_held,
}


def begun(
    owner: User, now: datetime, make: Callable[[Advocate, datetime], Introduction]
) -> Iterator[tuple[Business, Introduction]]:
    """Marta's introduction, in a business for each race."""
    return grounds(owner, now, lambda business: make(an_advocate(business, now), now))


def marta_in(owner: User, now: datetime) -> Iterator[tuple[Business, Advocate]]:
    return grounds(owner, now, partial(an_advocate, now=now))


@pytest.mark.parametrize(
    ("one", "other"),
    [("yes", "withdraw"), ("yes", "no"), ("no", "withdraw"), ("yes", "undo offer"), ("yes", "yes")],
)
def test_of_two_opposite_answers_one_wins(alice: User, now: datetime, one: str, other: str) -> None:
    for business, row in begun(alice, now, offered):
        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        assert_one_won(outcomes)
        recorded = committed(business, Event.objects.filter(subject_id=row.pk).count)
        assert recorded == 2


@pytest.mark.parametrize(
    ("one", "other"), [("send now", "undo"), ("send now", "send now"), ("send now", "erase")]
)
def test_of_two_presses_after_a_yes_one_wins(
    alice: User, now: datetime, one: str, other: str
) -> None:
    for business, row in begun(alice, now, accepted):
        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        assert_one_won(outcomes)


@pytest.mark.parametrize(
    ("one", "other"),
    [("vouch", "take back"), ("vouch", "unknown"), ("vouch", "vouch"), ("unknown", "take back")],
)
def test_of_two_words_about_who_came_by_a_link_one_wins(
    alice: User, now: datetime, one: str, other: str
) -> None:
    for business, row in begun(alice, now, came_by_link):
        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        # What is vouched for can still be taken back by who came; nothing else goes twice.
        if {one, other} != {"vouch", "take back"}:
            assert_one_won(outcomes)
        assert_refused([outcome for outcome in outcomes if outcome is not None])
        left = committed(business, partial(Introduction.objects.get, pk=row.pk))
        assert left.state in {"accepted", "unknown", "withdrawn"}


def test_of_taking_up_again_and_another_introduction_of_the_same_person_one_stands(
    alice: User, now: datetime
) -> None:
    # By the services, since an address that is sealed keeps its hash in a copy.
    for business, marta in marta_in(alice, now):
        offer = partial(offered, marta, now)
        row = committed(business, offer)
        press = {"introduction": row, "by": SYSTEM, "now": now}
        committed(business, partial(services.take_back_introduction, **press))

        outcomes = race(business, partial(services.take_up_introduction, **press), offer)

        assert_one_won(outcomes)
        assert_refused([outcome for outcome in outcomes if outcome is not None])


def test_of_taking_up_again_and_erasing_one_wins(alice: User, now: datetime) -> None:
    def taken_back(marta: Advocate, now: datetime) -> Introduction:
        row = offered(marta, now)
        return services.take_back_introduction(introduction=row, by=SYSTEM, now=now)

    for business, row in begun(alice, now, taken_back):
        press = {"introduction": row, "by": SYSTEM, "now": now}

        race(
            business,
            partial(services.take_up_introduction, **press),
            partial(services.erase_taken_back, introduction=row, now=now + timedelta(minutes=10)),
        )

        left = committed(business, partial(Introduction.objects.get, pk=row.pk))
        assert (left.state, bool(left.words)) in {("offered", True), ("withdrawn", False)}


def test_of_going_on_and_a_late_word_one_wins(alice: User, now: datetime) -> None:
    for business, row in begun(alice, now, unvouched):
        press = {"introduction": row, "now": now}
        go_on = partial(services.go_on_unvouched, by=SYSTEM, **press)
        assert_one_won(race(business, go_on, partial(BUTTONS["vouch"], **press)))


def test_two_who_came_with_one_address_are_introduced_once(alice: User, now: datetime) -> None:
    def begin(business: Business) -> tuple[Introduction, Introduction]:
        marta = an_advocate(business, now)
        return came_by_link(marta, now), came_by_link(marta, now + timedelta(hours=2))

    for business, (first, second) in grounds(alice, now, begin):
        vouch = BUTTONS["vouch"]
        outcomes = race(
            business,
            partial(vouch, introduction=first, now=now),
            partial(vouch, introduction=second, now=now),
        )

        assert_one_won(outcomes)
        take_back = services.take_back_coming
        lost = second if outcomes[1] else first
        committed(business, partial(take_back, introduction=lost, now=now))


def test_a_second_yes_and_send_now_do_not_block_each_other(alice: User, now: datetime) -> None:
    for business, row in begun(alice, now, accepted):
        press = {"introduction": row, "now": now}
        outcomes = race(
            business, partial(BUTTONS["send now"], **press), partial(BUTTONS["yes"], **press)
        )

        assert outcomes[0] is None
        assert isinstance(outcomes[1], services.IntroductionAnswered)


def test_of_sending_and_withdrawing_an_ask_nothing_is_half_done(alice: User, now: datetime) -> None:
    def drafted(business: Business) -> Ask:
        contact = an_advocate(business, now).contact
        return services.draft_ask(
            contact=contact, wanted="a baker", by=SYSTEM, sender=alice, now=now
        )

    for business, ask in grounds(alice, now, drafted):
        send = partial(services.send_ask, ask=ask, by=SYSTEM, now=now)
        withdraw = partial(services.withdraw_ask, ask=ask, by=SYSTEM, now=now)
        outcomes = race(business, send, send, withdraw)

        # Withdrawn in the end, be it as a draft or after the one letter was queued.
        assert outcomes[2] is None
        assert sum(outcome is None for outcome in outcomes[:2]) <= 1
        assert_refused([outcome for outcome in outcomes if outcome is not None])
        left = committed(business, partial(Ask.objects.get, pk=ask.pk))
        assert left.state == AskState.WITHDRAWN


def test_two_offers_of_one_person_make_one(alice: User, now: datetime) -> None:
    for business, marta in marta_in(alice, now):
        offer = partial(offered, marta, now)

        assert_one_won(race(business, offer, offer))


def test_two_presses_of_send_it_myself_make_one(alice: User, now: datetime) -> None:
    for business, marta in marta_in(alice, now):
        share = partial(shared, marta, now)

        assert race(business, share, share) == [None, None]

        assert committed(business, Introduction.objects.count) == 1


def test_of_two_shared_introductions_of_one_person_one_is_answered(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> list[Introduction]:
        marta = an_advocate(business, now)
        return [shared(marta, now, first_name=name) for name in ("Jonas", "J")]

    for business, rows in grounds(alice, now, begin):
        accept = partial(services.accept_introduction, email="p@x.example", now=now)
        yeses = [partial(accept, introduction=row) for row in rows]

        outcomes = race(business, *yeses)

        assert_one_won(outcomes)
        assert any(isinstance(each, services.AlreadyIntroduced) for each in outcomes)


def test_two_handshakes_of_one_person_make_one_contact(alice: User, now: datetime) -> None:
    def begin(business: Business) -> list[Introduction]:
        tomas = an_advocate(business, now, name="Tomás", email="tomas@example.org")
        return [accepted(who, now) for who in (an_advocate(business, now), tomas)]

    for business, rows in grounds(alice, now, begin):
        press = [partial(services.send_handshake_now, introduction=row, now=now) for row in rows]
        outcomes = race(business, *press)

        assert outcomes == [None, None]
        met = committed(
            business,
            lambda ids=[row.pk for row in rows]: list(Introduction.objects.filter(pk__in=ids)),
        )
        assert {row.state for row in met} == {IntroductionState.HANDSHAKE}
        assert len({row.contact_id for row in met}) == 1
