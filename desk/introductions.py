"""From waiting for a yes to won: one page for introductions and what becomes of them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from businesses.models import TenantModel
from desk.access import may_write, refused
from desk.paging import page_behind
from desk.requests import DeskRequest
from desk.thanking import number
from introductions.messages import undelivered
from introductions.models import Ask, Introduction
from introductions.services import (
    go_on_unvouched,
    renew_introduction_link,
    renew_share_link,
    take_back_introduction,
    take_up_introduction,
    undo_word,
)
from introductions.states import ASK_OPEN, TO_CONFIRM, AskState, IntroductionState
from referrals.models import Referral
from referrals.states import JOINED, STEPS, ReferralState

# So many of each kind are shown; the rest has pages of its own.
ON_THE_BOARD = 20
PAGE = 100
# How many there are, by kind and state.
Counted = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Column:
    """One step on the way, with its newest rows; `count` says how many stand there in all."""

    key: str
    title: str
    kind: str
    rows: Sequence[TenantModel]
    count: int

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


COLUMNS: dict[str, tuple[str, str]] = {
    "asked": ("Asked", "ask"),
    "named": ("Came by a link", "introduction"),
    "waiting": ("Waiting for an answer", "introduction"),
    "yes": ("Said yes", "introduction"),
    "later": ("Not now", "introduction"),
    "introduced": ("Introduced", "referral"),
    "talking": ("Talking", "referral"),
    "met": ("Met", "referral"),
    "proposed": ("Proposal made", "referral"),
    "won": ("Won", "referral"),
    "lost": ("Came to nothing", "referral"),
    "no": ("Said no, or no answer", "introduction"),
}
QUIET = ("lost", "no")
# What stands at each; a referral's step has the name of its state.
_STATES: dict[str, Collection[str]] = {
    "asked": ASK_OPEN,
    "named": TO_CONFIRM,
    "waiting": (IntroductionState.SHARED, IntroductionState.OFFERED),
    "yes": (IntroductionState.ACCEPTED,),
    "later": (IntroductionState.NOT_NOW,),
    "no": (IntroductionState.DECLINED, IntroductionState.EXPIRED, IntroductionState.UNKNOWN),
    "lost": (ReferralState.LOST, ReferralState.NOT_NOW),
}


@require_safe
def introductions(request: DeskRequest, slug: str) -> HttpResponse:
    """All steps with their newest rows; `?step=` shows one, a page after the other."""
    step, counted, older = request.GET.get("step", ""), counts(), ""
    if step in COLUMNS:
        rows, older = page_behind(
            _rows(step), request, by="-created_at", name="before", size=PAGE, step=step
        )
        columns = [Column(step, *COLUMNS[step], rows, _at(step, counted))]
    else:
        columns = [column_of(key, counted) for key in COLUMNS]
    context = {
        "columns": [column for column in columns if column.rows],
        "says": _says(counted),
        "quiet": QUIET,
        "step": step if step in COLUMNS else "",
        "older": older,
    }
    return render(request, "desk/introductions/list.html", context)


def _says(counted: Counted) -> str:
    """How things stand: what waits for somebody else, and what is under way."""
    waiting, yes, asked = (_at(key, counted) for key in ("waiting", "yes", "asked"))
    # Who came by a link and was not confirmed in time: the owner decides.
    to_decide = counted.get(("introduction", IntroductionState.UNVOUCHED), 0)
    out = counted.get(("ask", AskState.SENT), 0)
    under_way = sum(_at(step, counted) for step in STEPS)
    parts = []
    if yes:
        parts.append(f"{number(yes)} said yes just now")
    if to_decide:
        parts.append(f"{number(to_decide)} came by a link and {_wait(to_decide)} for you")
    if waiting:
        parts.append(f"{number(waiting)} {'is' if waiting == 1 else 'are'} waiting for an answer")
    if out:
        parts.append(f"{number(out)} {'request is' if out == 1 else 'requests are'} out")
    if asked and not out:
        parts.append(f"{number(asked)} {'letter is' if asked == 1 else 'letters are'} begun")
    if under_way:
        parts.append(f"{number(under_way)} {'is' if under_way == 1 else 'are'} under way")
    if not parts:
        return "Nothing is waiting"
    return ", ".join([parts[0], *(part[:1].lower() + part[1:] for part in parts[1:])])


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


@require_safe
def introduction(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What may be seen of it: before the yes a first name and the advocate's words."""
    return _page(request, _introduction(id))


@require_POST
@may_write
def withdraw(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _introduction(id)
    return _acted(
        request,
        id,
        lambda: take_back_introduction(introduction=found, by=request.actor, now=clock.now()),
    )


@require_POST
@may_write
def take_up(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It was not to be taken back."""
    found = _introduction(id)
    return _acted(
        request,
        id,
        lambda: take_up_introduction(introduction=found, by=request.actor, now=clock.now()),
        "It stands again.",
    )


@require_POST
@may_write
def new_link(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The prospect's link came into other hands, or was lost."""
    found = _introduction(id)
    name = found.advocate.contact.first_name
    return _acted(
        request,
        id,
        lambda: renew_introduction_link(introduction=found, by=request.actor, now=clock.now()),
        f"Renewed. {name} finds the new link on the page that your letters lead to.",
    )


@require_POST
@may_write
def go_on(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Meet somebody who came by a link, although nobody has confirmed that they know them."""
    found = _introduction(id)
    return _acted(
        request,
        id,
        lambda: go_on_unvouched(introduction=found, by=request.actor, now=clock.now()),
        "One letter makes you known to each other.",
    )


@require_POST
@may_write
def undo_go_on(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _introduction(id)
    return _acted(
        request,
        id,
        lambda: undo_word(introduction=found, by=request.actor, now=clock.now()),
        "Taken back. No letter leaves.",
    )


@require_POST
@may_write
def renew_link(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The link by which they came went further than it should have."""
    found = _introduction(id)
    return _acted(
        request,
        id,
        lambda: renew_share_link(advocate=found.advocate, by=request.actor, now=clock.now()),
        "Renewed. The former link leads nowhere now.",
    )


def _acted(
    request: DeskRequest, key: UUID, act: Callable[[], object], done: str = ""
) -> HttpResponse:
    """Its page again: with what was done, or with what stood in the way."""
    status = refused(request, act, done)
    if status == 200:
        return redirect("desk:introduction", slug=request.business.slug, id=key)
    return _page(request, _introduction(key), status)


def _introduction(key: UUID) -> Introduction:
    return get_object_or_404(
        Introduction.objects.select_related("advocate__contact", "contact", "ask"), pk=key
    )


def _page(request: DeskRequest, found: Introduction, status: int = 200) -> HttpResponse:
    context = {
        "introduction": found,
        "advocate": found.advocate.contact,
        "is_undelivered": found.pk in undelivered([found]),
        "may_take_up": found.can_be_taken_up(clock.now()),
        "referral": Referral.objects.led_to_by(found.pk).first(),
        "new_link_text": (
            f"The link of before leads nowhere any more. {found.advocate.contact.first_name} finds"
            " the new one on the page that your letters lead to, and passes it on."
        ),
    }
    return render(request, "desk/introductions/introduction.html", context, status=status)


def counts() -> Counted:
    """How many there are of all, by kind and state; one query each."""
    counted: Counter[tuple[str, str]] = Counter()
    for kind, rows in (
        ("ask", Ask.objects.open()),
        ("introduction", Introduction.objects.all()),
        ("referral", Referral.objects.exclude(lost_reason=JOINED)),
    ):
        by_state = rows.order_by().values_list("state").annotate(Count("pk"))
        counted.update({(kind, state): count for state, count in by_state})
    return counted


def column_of(key: str, counted: Counted) -> Column:
    """A step with its newest rows."""
    count = _at(key, counted)
    rows = list(_rows(key).order_by("-created_at", "-id")[:ON_THE_BOARD]) if count else []
    return Column(key, *COLUMNS[key], rows, count)


def _at(key: str, counted: Counted) -> int:
    _, kind = COLUMNS[key]
    return sum(counted.get((kind, state), 0) for state in _STATES.get(key, (key,)))


def _rows(key: str) -> "QuerySet[Ask] | QuerySet[Introduction] | QuerySet[Referral]":
    _, kind = COLUMNS[key]
    states = _STATES.get(key, (key,))
    if kind == "ask":
        return Ask.objects.for_list().filter(state__in=states)
    if kind == "introduction":
        return Introduction.objects.for_list().filter(state__in=states)
    return Referral.objects.for_list().filter(state__in=states).exclude(lost_reason=JOINED)
