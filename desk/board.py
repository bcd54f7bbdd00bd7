"""The board: the same steps as the list, side by side; a card is moved by a button or by hand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from businesses import clock
from businesses.models import Business
from businesses.money import format_money
from desk.introductions import Column, column_of, counts
from desk.requests import DeskRequest
from desk.worth import in_words
from insights.worth import Worth
from referrals.models import Referral
from referrals.states import MOVABLE_TO, MOVES, REOPENABLE, STEPS, ReferralState

# What each step needs, said at it.
NEEDS: dict[str, str] = {
    "asked": "An answer. One reminder is enough.",
    "named": "A word from whoever shared the link.",
    "waiting": "Their answer. There is nothing for you to do.",
    "yes": "Nothing: the letter that introduces you leaves by itself.",
    "later": "Patience. They come back to it, or they do not.",
    "introduced": "A first word from you, while they still remember.",
    "talking": "A day on which you meet.",
    "met": "A proposal, if there is something to propose.",
    "proposed": "A yes or a no. You may ask once.",
    "won": "Thanks to whoever sent them.",
    "lost": "A reason, and thanks all the same.",
    "not_now": "A day to ask again, if they named one.",
}
# Before there is a referral nobody moves anything: the others answer.
BEFORE = ("asked", "named", "waiting", "yes")
AFTER = (*(step.value for step in STEPS), "won", "lost")
# It stands with what came to nothing, and is no step: by its button alone.
NOT_NOW = ReferralState.NOT_NOW
# Where a card goes through a form of its own: an amount, a reason.
ASKS_MORE = {"won": "Won", "lost": "Came to nothing"}


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody who was sent, with where they can be moved to."""

    referral: Referral
    expected: str
    is_late: bool
    moves: Sequence[tuple[str, str]]
    asks_more: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the board."""

    column: Column
    needs: str
    cards: Sequence[Card]
    expected: str


@require_safe
def board(request: DeskRequest, slug: str) -> HttpResponse:
    """All steps side by side; those before the yes only where somebody stands there."""
    counted = counts()
    before = [column for key in BEFORE if (column := column_of(key, counted)).rows]
    expected = _expected()
    places = [
        _place(column_of(key, counted), expected.get(key, {}), request.business) for key in AFTER
    ]
    context = {
        "before": [(column, NEEDS[column.key]) for column in before],
        "places": places,
        "is_empty": not before and not any(place.cards for place in places),
    }
    return render(request, "desk/introductions/board.html", context)


def _expected() -> Mapping[str, Mapping[str, int]]:
    """What all that is open may come to, by step and currency: also what no card shows."""
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Referral.objects.open().exclude(expected_amount=None)
    by_step = rows.values_list("state", "expected_currency").order_by("state", "expected_currency")
    for state, currency, amount in by_step.annotate(Sum("expected_amount")):
        sums[state][currency] = amount
    return sums


def _place(column: Column, sums: Mapping[str, int], business: Business) -> Place:
    rows = [row for row in column.rows if isinstance(row, Referral)]
    expected = in_words(Worth(sums, None), business) if sums else ""
    return Place(column, NEEDS[column.key], [_card(row, business) for row in rows], expected)


def _card(referral: Referral, business: Business) -> Card:
    possible = MOVES[referral.state]
    moves = [(to.value, to.label) for to in (*STEPS, NOT_NOW) if to in MOVABLE_TO & possible]
    if referral.state in REOPENABLE:
        moves = []
    return Card(
        referral,
        expected_of(referral, business),
        bool(referral.is_open and referral.next_on and referral.next_on < clock.today(business)),
        moves,
        [(key, says) for key, says in ASKS_MORE.items() if ReferralState(key) in possible],
    )


def expected_of(referral: Referral, business: Business) -> str:
    """What it may come to, in words; empty where nobody said."""
    if referral.expected_amount is None:
        return ""
    return format_money(referral.expected_amount, referral.expected_currency, business.locale)
