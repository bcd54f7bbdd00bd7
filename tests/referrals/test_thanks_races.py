"""Each two buttons of a thank-you that lead on from one state, pressed at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from referrals import services
from referrals.models import ThankYou
from referrals.states import PUBLIC_MOVES, THANKS_MOVES, PublicState, ThanksState
from tests.introductions.factories import a_contact
from tests.introductions.racing import grounds, race
from tests.pairs import Ground, Machine

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
# Of the words and the name that everybody here is asked about.
SEEN = ThankYou(public_words="Thank you.", public_name="Marta").public_seen

Press = Callable[[ThankYou], object]
# Whether it is owed, and whether it is public.
State = tuple[ThanksState, PublicState]


def _press(service: Callable[..., object], **more: object) -> Press:
    return lambda row: service(thank_you=row, now=NOW, **more)


def _give(how: str, **more: object) -> Press:
    return _press(services.give_thanks, how=how, words="Thank you.", by=SYSTEM, **more)


BUTTONS: dict[str, Press] = {
    "card": _give("card"),
    "letter": _give("mail"),
    "waive": _press(services.waive_thanks, reason="No.", by=SYSTEM),
    "undo": _press(services.undo_thanks, by=SYSTEM),
    "my pleasure": _press(services.welcome_thanks),
    "ask": _press(
        services.ask_for_public_thanks, words="Thank you.", shown_as="first_name", by=SYSTEM
    ),
    "allow": _press(services.answer_public_thanks, allow=True, seen=SEEN),
    "rather not": _press(services.answer_public_thanks, allow=False, seen=SEEN),
    "take down": _press(services.take_down_public_thanks, by=SYSTEM),
}

DUE, GIVEN, WAIVED = ThanksState.DUE, ThanksState.GIVEN, ThanksState.WAIVED
NONE, ASKED = PublicState.NONE, PublicState.ASKED
ALLOWED, DECLINED = PublicState.ALLOWED, PublicState.DECLINED


def owed(business: Business, reason: str = "helping") -> ThankYou:
    marta = a_contact(business, NOW, "Marta Oliveira", "marta@ceramics.example")
    return services.record_kindness(contact=marta, reason=reason, by=SYSTEM, now=NOW)


def _from(state: State, *steps: str, leads: dict[str, State]) -> Ground[ThankYou]:
    return Ground(state, owed, steps, leads)


GROUNDS = {
    "owed": _from(
        (DUE, NONE),
        leads={"letter": (GIVEN, NONE), "waive": (WAIVED, NONE), "ask": (DUE, ASKED)},
    ),
    "owed and asked": _from(
        (DUE, ASKED),
        "ask",
        leads={
            "card": (GIVEN, ASKED),
            "waive": (WAIVED, ASKED),
            "allow": (GIVEN, ALLOWED),
            "rather not": (DUE, DECLINED),
            "take down": (DUE, NONE),
        },
    ),
    "owed, rather not in public": _from(
        (DUE, DECLINED),
        "ask",
        "rather not",
        leads={"card": (GIVEN, DECLINED), "waive": (WAIVED, DECLINED), "allow": (GIVEN, ALLOWED)},
    ),
    "given by a letter": _from(
        (GIVEN, NONE),
        "letter",
        leads={"undo": (DUE, NONE), "my pleasure": (GIVEN, NONE), "ask": (GIVEN, ASKED)},
    ),
    "given and asked": _from(
        (GIVEN, ASKED),
        "card",
        "ask",
        leads={
            "allow": (GIVEN, ALLOWED),
            "rather not": (GIVEN, DECLINED),
            "take down": (GIVEN, NONE),
        },
    ),
    "in public": _from(
        (GIVEN, ALLOWED),
        "ask",
        "allow",
        leads={"rather not": (GIVEN, DECLINED), "take down": (GIVEN, NONE)},
    ),
    "given, rather not in public": _from(
        (GIVEN, DECLINED), "card", "ask", "rather not", leads={"allow": (GIVEN, ALLOWED)}
    ),
    # Nothing is given before it is owed again.
    "waived": _from((WAIVED, NONE), "waive", leads={"undo": (DUE, NONE), "card": (WAIVED, NONE)}),
}
THANKS = Machine(BUTTONS, GROUNDS, state_of=lambda row: (row.state, row.public_state))


def test_every_move_has_a_button() -> None:
    assert not THANKS.without_a_button(THANKS_MOVES, of=itemgetter(0))
    assert not THANKS.without_a_button(PUBLIC_MOVES, of=itemgetter(1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_of_two_buttons_at_once_nothing_is_half_done(alice: User, name: str) -> None:
    THANKS.race_each_two(alice, NOW, name)


@pytest.mark.django_db(transaction=True)
def test_two_gifts_at_once_are_both_counted(alice: User) -> None:
    gift = _give("gift", gift=services.Gift(3_000))

    def begin(business: Business) -> tuple[ThankYou, ThankYou]:
        row = owed(business)
        contact = row.advocate.contact
        return row, services.record_kindness(contact=contact, reason="review", by=SYSTEM, now=NOW)

    for business, (first, second) in grounds(alice, NOW, begin):
        outcomes = race(business, partial(gift, first), partial(gift, second))

        [above] = [outcome for outcome in outcomes if outcome is not None]
        assert isinstance(above, services.GiftAboveCeiling)
