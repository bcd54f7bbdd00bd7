"""From waiting for a yes to won: one page for introductions and what becomes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from desk.access import may_write, refused
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
from introductions.states import TO_CONFIRM, AskState, IntroductionState
from referrals.models import Referral
from referrals.states import JOINED, STEPS, ReferralState

# So many of each kind are shown; the rest is a page of its own.
ON_THE_BOARD = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One step on the way, with its newest rows."""

    key: str
    title: str
    kind: str
    rows: Sequence[Ask | Introduction | Referral]
    more: bool

    @property
    def count(self) -> str:
        return f"{len(self.rows)}+" if self.more else str(len(self.rows))


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


@require_safe
def introductions(request: DeskRequest, slug: str) -> HttpResponse:
    """All steps with their newest rows; `?step=` shows one step further back."""
    step = request.GET.get("step", "")
    keys = [step] if step in COLUMNS else list(COLUMNS)
    columns = [column_of(key, 200 if step in COLUMNS else ON_THE_BOARD) for key in keys]
    columns = [column for column in columns if column.rows]
    context = {
        "columns": columns,
        "says": _says({column.key: column for column in columns}),
        "quiet": QUIET,
        "step": step if step in COLUMNS else "",
    }
    return render(request, "desk/introductions/list.html", context)


def _says(columns: dict[str, Column]) -> str:
    """How things stand: what waits for somebody else, and what is under way."""
    waiting, yes = (len(columns[key].rows) if key in columns else 0 for key in ("waiting", "yes"))
    to_decide = _unvouched(columns)
    asked = columns["asked"].rows if "asked" in columns else []
    out = sum(ask.state == AskState.SENT for ask in asked)
    open_steps = [columns[step].rows for step in STEPS if step in columns]
    under_way = sum(len(rows) for rows in open_steps)
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
        parts.append(
            f"{number(len(asked))} {'letter is' if len(asked) == 1 else 'letters are'} begun"
        )
    if under_way:
        parts.append(f"{number(under_way)} {'is' if under_way == 1 else 'are'} under way")
    if not parts:
        return "Nothing is waiting"
    return ", ".join([parts[0], *(part[:1].lower() + part[1:] for part in parts[1:])])


def _unvouched(columns: dict[str, Column]) -> int:
    """How many came by a link and were not confirmed in time: the owner decides."""
    rows = columns["named"].rows if "named" in columns else []
    return sum(row.state == IntroductionState.UNVOUCHED for row in rows)


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


def column_of(key: str, at_most: int) -> Column:
    """A step with its newest rows."""
    title, kind = COLUMNS[key]
    rows: list[Ask | Introduction | Referral] = list(_rows(key)[: at_most + 1])
    return Column(key, title, kind, rows[:at_most], len(rows) > at_most)


def _rows(key: str) -> "QuerySet[Ask] | QuerySet[Introduction] | QuerySet[Referral]":
    given = Introduction.objects.for_list()
    if key == "asked":
        return Ask.objects.open().for_list().order_by("-created_at", "-id")
    if key == "named":
        return given.filter(state__in=TO_CONFIRM)
    if key == "waiting":
        return given.filter(state__in=[IntroductionState.SHARED, IntroductionState.OFFERED])
    if key == "yes":
        return given.filter(state=IntroductionState.ACCEPTED)
    if key == "later":
        return given.filter(state=IntroductionState.NOT_NOW)
    if key == "no":
        over = (IntroductionState.DECLINED, IntroductionState.EXPIRED, IntroductionState.UNKNOWN)
        return given.filter(state__in=over)
    states = [key, ReferralState.NOT_NOW] if key == "lost" else [key]
    return Referral.objects.for_list().filter(state__in=states).exclude(lost_reason=JOINED)
