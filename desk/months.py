"""How a month went, as a page; the monthly letter says the same in short."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from businesses import clock
from businesses.models import Business
from businesses.money import format_money
from desk.requests import DeskRequest
from insights.month import Counts, Given, Month, how_it_went, month_after, month_before
from insights.shares import share_in_words
from introductions.states import IntroductionState
from referrals.states import ReferralState

# So many names stand in the letter; the page has more.
IN_A_LETTER = 10
_OLDEST = date(2000, 1, 1)

_INTRODUCTIONS = {
    IntroductionState.SHARED: "not answered yet",
    IntroductionState.OFFERED: "not answered yet",
    IntroductionState.ACCEPTED: "said yes",
    IntroductionState.HANDSHAKE: "hands were shaken",
    IntroductionState.NOT_NOW: "rather later",
    IntroductionState.DECLINED: "said no",
    IntroductionState.EXPIRED: "did not answer",
}
_REFERRALS = {
    ReferralState.INTRODUCED: "you have not talked yet",
    ReferralState.TALKING: "you are talking",
    ReferralState.MET: "you have met",
    ReferralState.PROPOSED: "has your proposal",
    ReferralState.WON: "became a customer",
    ReferralState.LOST: "came to nothing",
    ReferralState.NOT_NOW: "rather later",
}


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Who introduced whom, and what came of it, each in words."""

    by: str
    whom: str
    became: str
    by_id: UUID | None
    referral_id: UUID | None
    introduction_id: UUID | None


@dataclass(frozen=True, slots=True)
class Said:
    """A month in sentences, each compared with the month before."""

    name: str
    lines: Sequence[str]
    # What is counted as money by introduction; empty where none is told.
    rule: str
    given: Sequence[GivenLine]
    more: int


@require_safe
def month(request: DeskRequest, slug: str, month: str | None = None) -> HttpResponse:
    """The month in the address, or the one before this."""
    now = clock.now()
    this = clock.today(request.business, now).replace(day=1)
    first = _first_day(month) if month else last_month(this)
    if first is None or not _OLDEST <= first <= this:
        raise Http404
    told = how_it_went(business=request.business, first=first, now=now)
    opened = clock.today(request.business, request.business.created_at).replace(day=1)
    context = {
        "said": month_in_words(told, request.business, now, at_most=len(told.given)),
        "is_quiet": told.is_quiet,
        "is_this": first == this,
        "earlier": f"{month_before(first):%Y-%m}" if first > opened else "",
        "later": f"{month_after(first):%Y-%m}" if first < this else "",
    }
    return render(request, "desk/months/month.html", context)


def last_month(today: date) -> date:
    """The first day of the month before the one that this day is in."""
    return month_before(today.replace(day=1))


def month_in_words(
    told: Month, business: Business, now: datetime, *, at_most: int = IN_A_LETTER
) -> Said:
    """Each number in a sentence; none where there is nothing to say, this month or the last."""
    before = _name(month_before(told.first), told.first)
    counts = [
        ("introduction was given", "introductions were given", "introductions"),
        ("handshake", "handshakes", "handshakes"),
        ("became business", "became business", "won"),
        ("came to nothing", "came to nothing", "lost"),
        ("thank-you was given", "thank-yous were given", "thanks_given"),
    ]
    lines = [
        _counted(getattr(told.now, name), getattr(told.before, name), one, many, before)
        for one, many, name in counts
    ]
    money = _money(told, business, before)
    lines[4:4] = money
    lines.append(_owed(told, business, now))
    shown = told.given[:at_most]
    return Said(
        name=_name(told.first, clock.today(business, now)),
        lines=[line for line in lines if line],
        rule=share_in_words(business) if money else "",
        given=[_line(one) for one in shown],
        more=len(told.given) - len(shown),
    )


def _counted(count: int, before: int, one: str, many: str, month: str) -> str:
    if not count and not before:
        return ""
    none = "None" if one == many else "No"
    words = f"{count or none} {one if count == 1 else many}"
    return f"{words}, {_compared(count, before, month)}."


def _compared(count: int, before: int, month: str) -> str:
    if count == before:
        return f"as in {month}"
    return f"{before or 'none'} in {month}"


def _money(told: Month, business: Business, month: str) -> list[str]:
    """What came in by introduction, a sentence for each currency."""
    return [
        f"{_amount(told.now, currency, business) or f'Nothing in {currency}'} came in by"
        f" introduction, {_amount(told.before, currency, business) or 'nothing'} in {month}."
        for currency in sorted({*told.now.money, *told.before.money})
    ]


def _amount(counts: Counts, currency: str, business: Business) -> str:
    amount = counts.money.get(currency)
    return format_money(amount, currency, business.locale) if amount else ""


def _owed(told: Month, business: Business, now: datetime) -> str:
    if not told.thanks_owed or told.owed_since is None:
        return ""
    days = (clock.today(business, now) - clock.today(business, told.owed_since)).days
    many = told.thanks_owed > 1
    since = f"{'the oldest ' if many else ''}for {days} days" if days > 1 else "since yesterday"
    since = since if days else "since today"
    return f"{told.thanks_owed} thank-you{'s are' if many else ' is'} still owed, {since}."


def _line(one: Given) -> GivenLine:
    by = " and ".join(person.name for person in one.by) or "Somebody"
    return GivenLine(
        by=by,
        whom=one.whom.name if one.whom else "somebody",
        became=_became(one),
        by_id=one.by[0].pk if len(one.by) == 1 else None,
        referral_id=one.referral.pk if one.referral else None,
        introduction_id=one.introduction.pk if one.introduction else None,
    )


def _became(one: Given) -> str:
    if one.referral:
        return _REFERRALS[ReferralState(one.referral.state)]
    if one.introduction:
        return _INTRODUCTIONS.get(IntroductionState(one.introduction.state), "")
    return ""


def _name(first: date, today: date) -> str:
    """`October`, and in another year than today's `October 2025`."""
    return f"{first:%B}" if first.year == today.year else f"{first:%B %Y}"


def _first_day(month: str) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
