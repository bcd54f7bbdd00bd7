"""Each two buttons of a thank-you that lead on from one state, pressed at the same moment.

Every race has a business of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from businesses.refusals import Refusal
from outreach.models import Message
from referrals import services
from referrals.models import ThankYou
from tests.introductions.factories import a_contact
from tests.introductions.racing import committed, grounds, race

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

Act = Callable[[ThankYou], object]


def _give(how: str, **more: object) -> Act:
    return lambda row: services.give_thanks(
        thank_you=row, how=how, words="Thank you.", by=SYSTEM, now=NOW, **more
    )


def _answer(allow: bool) -> Act:
    return lambda row: services.answer_public_thanks(thank_you=row, allow=allow, seen=SEEN, now=NOW)


def _ask(row: ThankYou) -> object:
    return services.ask_for_public_thanks(
        thank_you=row, words="Thank you.", shown_as="first_name", by=SYSTEM, now=NOW
    )


# Of the words and the name that everybody here is asked about.
SEEN = ThankYou(public_words="Thank you.", public_name="Marta").public_seen
card, mail = _give("card"), _give("mail")
yes, no = _answer(True), _answer(False)
ask: Act = _ask


def waive(row: ThankYou) -> object:
    return services.waive_thanks(thank_you=row, reason="No.", by=SYSTEM, now=NOW)


def undo(row: ThankYou) -> object:
    return services.undo_thanks(thank_you=row, by=SYSTEM, now=NOW)


def down(row: ThankYou) -> object:
    return services.take_down_public_thanks(thank_you=row, by=SYSTEM, now=NOW)


def pleased(row: ThankYou) -> object:
    return services.welcome_thanks(thank_you=row, now=NOW)


@dataclass(frozen=True)
class Pair:
    """Two buttons, what came before them, and how it may stand afterwards: state, in public."""

    before: tuple[Act, ...]
    one: Act
    other: Act
    ends: frozenset[tuple[str, str]]
    # How many of the two may be refused.
    refused: frozenset[int] = frozenset({1})


def ends(*states: tuple[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(states)


PAIRS = {
    "give and give": Pair((), card, mail, ends(("given", ""))),
    "give and waive": Pair((), card, waive, ends(("given", ""), ("waived", ""))),
    "waive and waive": Pair((), waive, waive, ends(("waived", ""))),
    "ask and ask": Pair((), ask, ask, ends(("due", "asked"))),
    "ask and waive": Pair(
        (), ask, waive, ends(("waived", "asked"), ("waived", "")), frozenset({0, 1})
    ),
    "ask and give": Pair((), ask, card, ends(("given", "asked")), frozenset({0})),
    "allow and give": Pair((ask,), yes, card, ends(("given", "allowed")), frozenset({0, 1})),
    "allow and waive": Pair(
        (ask,), yes, waive, ends(("given", "allowed"), ("waived", "allowed")), frozenset({0, 1})
    ),
    "allow and allow": Pair((ask,), yes, yes, ends(("given", "allowed")), frozenset({0})),
    "allow and decline": Pair(
        (ask,), yes, no, ends(("given", "allowed"), ("given", "declined")), frozenset({0})
    ),
    "allow and take down": Pair(
        (ask,), yes, down, ends(("given", ""), ("due", "")), frozenset({0, 1})
    ),
    "decline and take down": Pair((ask,), no, down, ends(("due", "declined"), ("due", ""))),
    "take back and take down": Pair(
        (ask, yes), no, down, ends(("given", "declined"), ("given", ""))
    ),
    "undo and undo": Pair((card,), undo, undo, ends(("due", ""))),
    "undo of a letter and my pleasure": Pair(
        (mail,), undo, pleased, ends(("due", ""), ("given", ""))
    ),
    "undo and ask": Pair(
        (card,), undo, ask, ends(("due", "asked"), ("given", "asked")), frozenset({0, 1})
    ),
    "undo of a waiver and give": Pair(
        (waive,), undo, card, ends(("due", ""), ("given", "")), frozenset({0, 1})
    ),
    "my pleasure twice": Pair((mail,), pleased, pleased, ends(("given", "")), frozenset({0})),
}


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("alice@lindqvist.example", name="Alice Lindqvist")


def owed(business: Business, reason: str = "helping") -> ThankYou:
    marta = a_contact(business, NOW, "Marta Oliveira", "marta@ceramics.example")
    return services.record_kindness(contact=marta, reason=reason, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_of_two_buttons_at_once_nothing_is_half_done(owner: User, name: str) -> None:
    pair = PAIRS[name]

    def begin(business: Business) -> ThankYou:
        row = owed(business)
        for step in pair.before:
            step(row)
        return row

    for business, row in grounds(owner, NOW, begin):
        outcomes = race(business, partial(pair.one, row), partial(pair.other, row))

        refused = [outcome for outcome in outcomes if outcome is not None]
        assert all(isinstance(outcome, Refusal) for outcome in refused), outcomes
        assert len(refused) in pair.refused, outcomes
        state, public, letters = committed(business, partial(_as_it_stands, row))
        assert (state, public) in pair.ends
        assert letters <= 1


def _as_it_stands(row: ThankYou) -> tuple[str, str, int]:
    """Its state, in public, and how many letters of thanks are to leave; its history agrees."""
    row = ThankYou.objects.get(pk=row.pk)
    told = [*Event.objects.filter(subject_id=row.pk).values_list("name", flat=True)]
    settled = told.count("thanks.given") + told.count("thanks.waived")
    assert settled - told.count("thanks.undone") == int(not row.is_due)
    assert told.count("thanks.welcomed") == int(row.pleased_at is not None)
    letters = Message.objects.regarding(row).exclude(state="cancelled")
    return row.state, row.public_state, letters.filter(kind="thanks_to_advocate").count()


def test_two_gifts_at_once_are_both_counted(owner: User) -> None:
    gift = _give("gift", gift=services.Gift(3_000))

    def begin(business: Business) -> tuple[ThankYou, ThankYou]:
        row = owed(business)
        contact = row.advocate.contact
        return row, services.record_kindness(contact=contact, reason="review", by=SYSTEM, now=NOW)

    for business, (first, second) in grounds(owner, NOW, begin):
        outcomes = race(business, partial(gift, first), partial(gift, second))

        [above] = [outcome for outcome in outcomes if outcome is not None]
        assert isinstance(above, services.GiftAboveCeiling)
