"""Two people press opposite buttons at the same moment: one wins, the other gets a sentence."""

from collections.abc import Callable
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
    race,
)
from tests.thorough import RACES

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


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return committed(business, lambda: an_advocate(business, now))


@pytest.mark.parametrize(
    ("one", "other"),
    [("yes", "withdraw"), ("yes", "no"), ("no", "withdraw"), ("yes", "undo offer"), ("yes", "yes")],
)
def test_of_two_opposite_answers_one_wins(
    business: Business, marta: Advocate, now: datetime, one: str, other: str
) -> None:
    for number in range(RACES):
        offer = partial(offered, marta, now, email=f"p{number}@x.example")
        row = committed(business, offer)

        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        assert_one_won(outcomes)
        recorded = committed(business, Event.objects.filter(subject_id=row.pk).count)
        assert recorded == 2


@pytest.mark.parametrize(
    ("one", "other"), [("send now", "undo"), ("send now", "send now"), ("send now", "erase")]
)
def test_of_two_presses_after_a_yes_one_wins(
    business: Business, marta: Advocate, now: datetime, one: str, other: str
) -> None:
    for number in range(RACES):
        yes = partial(accepted, marta, now, email=f"p{number}@x.example")
        row = committed(business, yes)

        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        assert_one_won(outcomes)


@pytest.mark.parametrize(
    ("one", "other"),
    [("vouch", "take back"), ("vouch", "unknown"), ("vouch", "vouch"), ("unknown", "take back")],
)
def test_of_two_words_about_who_came_by_a_link_one_wins(
    business: Business, marta: Advocate, now: datetime, one: str, other: str
) -> None:
    for number in range(RACES):
        row = committed(business, partial(came_by_link, marta, now, f"p{number}@x.example"))

        press = {"introduction": row, "now": now}
        outcomes = race(business, partial(BUTTONS[one], **press), partial(BUTTONS[other], **press))

        # What is vouched for can still be taken back by who came; nothing else goes twice.
        if {one, other} != {"vouch", "take back"}:
            assert_one_won(outcomes)
        assert_refused([outcome for outcome in outcomes if outcome is not None])
        left = committed(business, partial(Introduction.objects.get, pk=row.pk))
        assert left.state in {"accepted", "unknown", "withdrawn"}


def test_of_taking_up_again_and_another_introduction_of_the_same_person_one_stands(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        day = now + timedelta(days=2 * number)
        offer = partial(offered, marta, day, email=f"p{number}@x.example")
        row = committed(business, offer)
        press = {"introduction": row, "by": SYSTEM, "now": day}
        committed(business, partial(services.take_back_introduction, **press))

        outcomes = race(business, partial(services.take_up_introduction, **press), offer)

        assert_one_won(outcomes)
        assert_refused([outcome for outcome in outcomes if outcome is not None])


def test_of_taking_up_again_and_erasing_one_wins(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        row = committed(business, partial(offered, marta, now, email=f"p{number}@x.example"))
        press = {"introduction": row, "by": SYSTEM, "now": now}
        committed(business, partial(services.take_back_introduction, **press))

        race(
            business,
            partial(services.take_up_introduction, **press),
            partial(services.erase_taken_back, introduction=row, now=now + timedelta(minutes=10)),
        )

        left = committed(business, partial(Introduction.objects.get, pk=row.pk))
        assert (left.state, bool(left.words)) in {("offered", True), ("withdrawn", False)}


def test_of_going_on_and_a_late_word_one_wins(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        row = committed(business, partial(unvouched, marta, now, f"p{number}@x.example"))

        press = {"introduction": row, "now": now}
        go_on = partial(services.go_on_unvouched, by=SYSTEM, **press)
        assert_one_won(race(business, go_on, partial(BUTTONS["vouch"], **press)))


def test_two_who_came_with_one_address_are_introduced_once(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        came = partial(came_by_link, marta, now, f"p{number}@x.example")
        first = committed(business, came)
        again = partial(came_by_link, marta, now + timedelta(hours=2), f"p{number}@x.example")
        second = committed(business, again)

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


def test_a_second_yes_and_send_now_do_not_block_each_other(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        row = committed(business, partial(accepted, marta, now, email=f"p{number}@x.example"))

        press = {"introduction": row, "now": now}
        outcomes = race(
            business, partial(BUTTONS["send now"], **press), partial(BUTTONS["yes"], **press)
        )

        assert outcomes[0] is None
        assert isinstance(outcomes[1], services.IntroductionAnswered)


def test_of_sending_and_withdrawing_an_ask_nothing_is_half_done(
    business: Business, alice: User, marta: Advocate, now: datetime
) -> None:
    draft = partial(
        services.draft_ask,
        contact=marta.contact,
        wanted="a baker",
        by=SYSTEM,
        sender=alice,
        now=now,
    )
    for _ in range(RACES):
        ask = committed(business, draft)

        send = partial(services.send_ask, ask=ask, by=SYSTEM, now=now)
        withdraw = partial(services.withdraw_ask, ask=ask, by=SYSTEM, now=now)
        outcomes = race(business, send, send, withdraw)

        # Withdrawn in the end, be it as a draft or after the one letter was queued.
        assert outcomes[2] is None
        assert sum(outcome is None for outcome in outcomes[:2]) <= 1
        assert_refused([outcome for outcome in outcomes if outcome is not None])
        left = committed(business, partial(Ask.objects.get, pk=ask.pk))
        assert left.state == AskState.WITHDRAWN


def test_two_offers_of_one_person_make_one(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        offer = partial(offered, marta, now, email=f"p{number}@x.example")

        assert_one_won(race(business, offer, offer))


def test_two_presses_of_send_it_myself_make_one(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        share = partial(shared, marta, now, first_name=f"Jonas {number}")

        assert race(business, share, share) == [None, None]

    assert committed(business, Introduction.objects.count) == RACES


def test_of_two_shared_introductions_of_one_person_one_is_answered(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        shares = [
            partial(shared, marta, now, first_name=f"{name} {number}") for name in ("Jonas", "J")
        ]
        yeses = [
            partial(
                services.accept_introduction,
                introduction=committed(business, share),
                email=f"p{number}@x.example",
                now=now,
            )
            for share in shares
        ]

        outcomes = race(business, *yeses)

        assert_one_won(outcomes)
        assert any(isinstance(each, services.AlreadyIntroduced) for each in outcomes)


def test_two_handshakes_of_one_person_make_one_contact(
    business: Business, marta: Advocate, now: datetime
) -> None:
    tomas = committed(
        business, lambda: an_advocate(business, now, name="Tomás", email="tomas@example.org")
    )
    for number in range(RACES):
        rows = [
            committed(business, partial(accepted, who, now, email=f"p{number}@x.example"))
            for who in (marta, tomas)
        ]

        press = [partial(services.send_handshake_now, introduction=row, now=now) for row in rows]
        outcomes = race(business, *press)

        assert outcomes == [None, None]
        met = committed(
            business,
            lambda ids=[row.pk for row in rows]: list(Introduction.objects.filter(pk__in=ids)),
        )
        assert {row.state for row in met} == {IntroductionState.HANDSHAKE}
        assert len({row.contact_id for row in met}) == 1
