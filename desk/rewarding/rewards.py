"""Rewards: what waits, what is worth a look, what was given; and a table for the books."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from babel.numbers import get_currency_precision
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from businesses.money import format_money
from contacts.imports.table import write_table
from contacts.models import Contact
from desk.access import may_write, only_managers, refused
from desk.letters import letter_about, when_it_leaves
from desk.paging import page_behind
from desk.requests import DeskRequest
from desk.rewarding.forms import GiveForm, SettleForm, VoidForm
from outreach.states import MessageState
from rewards.models import Reward, RewardCode, RewardFlag
from rewards.querysets import RewardQuerySet
from rewards.rules import what_is_given
from rewards.services import (
    approve_reward,
    doubts_about,
    give_reward,
    how_public,
    settle_flag,
    thanks_behind,
    void_reward,
)
from rewards.states import WHOLE, FlagKind, RewardState, What

WAITING_SHOWN = 100
SETTLED_SHOWN = 50
FLAGS_SHOWN = 20
MOST_EXPORTED = 50_000

_HEADER = (
    *("Earned on", "State", "Closed on", "Whom", "E-mail", "Side", "For", "What", "In words"),
    *("Amount", "Currency", "Share", "Code", "Note", "Why nothing was given", "Terms"),
)


class Row:
    """A reward as the pages show it."""

    def __init__(self, reward: Reward, today: date) -> None:
        self.reward = reward
        self.contact = reward.contact
        self.name = reward.contact.name if reward.contact else "Somebody who was erased"
        self.given = what_is_given(reward.promised, reward.currency, reward.business.locale)
        self.is_on_hold = reward.is_on_hold(today)
        self.can_be_approved = reward.state == RewardState.EARNED and not reward.lacks_rate
        self.is_approved = reward.state == RewardState.APPROVED
        self.code = reward.code

    @property
    def may_be_given(self) -> bool:
        return self.is_approved and not self.is_on_hold and not self.reward.lacks_rate

    @property
    def is_shared(self) -> bool:
        """Others are credited beside them."""
        return 0 < self.reward.share < WHOLE


@require_safe
def rewards(request: DeskRequest, slug: str) -> HttpResponse:
    today = clock.today(request.business)
    open_flags = RewardFlag.objects.open().with_people()
    waiting, more_waiting = page_behind(
        _rows().open(), request, by="hold_until", name="after", size=WAITING_SHOWN
    )
    settled, earlier = page_behind(
        _rows().settled(), request, by="-closed_at", name="before", size=SETTLED_SHOWN
    )
    flags, more_flags = page_behind(open_flags, request, by="id", name="flags", size=FLAGS_SHOWN)
    context = {
        "waiting": [Row(one, today) for one in waiting],
        "count": Reward.objects.open().count(),
        "more_waiting": more_waiting,
        "settled": [Row(one, today) for one in settled],
        "earlier": f"{earlier}#settled" if earlier else "",
        "flags": _flags(flags),
        "flag_count": RewardFlag.objects.open().count(),
        "more_flags": more_flags,
    }
    return render(request, "desk/rewards/list.html", context)


@require_safe
@never_cache
def reward(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return _page(request, id)


@require_POST
@may_write
def approve(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    one = _found(id)
    return _after(
        request,
        id,
        lambda: approve_reward(reward=one, by=request.actor, now=clock.now()),
        "Approved.",
    )


@require_POST
@may_write
def give(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    one = _found(id)
    form = GiveForm(request.POST, asks_code=one.what == What.CODE)
    if not form.is_valid():
        return _page(request, id, give=form, status=422)
    told = form.cleaned_data
    return _after(
        request,
        id,
        lambda: give_reward(
            reward=one,
            note=told["note"],
            code=told.get("code", ""),
            by_letter=not told["told"],
            by=request.actor,
            now=clock.now(),
        ),
        "Kept: it is given.",
        give=form,
    )


@require_POST
@may_write
def void(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    one = _found(id)
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _page(request, id, void=form, status=422)
    reason = form.cleaned_data["reason"]
    return _after(
        request,
        id,
        lambda: void_reward(reward=one, reason=reason, by=request.actor, now=clock.now()),
        "Nothing is given, and why is kept.",
    )


@require_POST
@may_write
def settle(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Somebody has looked, and says what they make of it."""
    flag = get_object_or_404(RewardFlag.objects.with_people(), pk=id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        for wrong in form.errors.values():
            messages.error(request, str(wrong[0]))
        return redirect("desk:rewards", slug=slug)
    refused(
        request,
        lambda: settle_flag(
            flag=flag,
            is_fine=form.cleaned_data["fine"] == "yes",
            words=form.cleaned_data["words"],
            by=request.actor,
            now=clock.now(),
        ),
        "Kept, thank you for looking.",
    )
    return redirect("desk:rewards", slug=slug)


@require_safe
@only_managers
@never_cache
def export(request: DeskRequest, slug: str) -> HttpResponse:
    """All rewards as a table, for payroll or the books: names and amounts."""
    rows = _rows().select_related("terms").order_by("-earned_at", "-id")[:MOST_EXPORTED]
    table = write_table(list(_HEADER), [[*_cells(request, one)] for one in rows])
    answer = HttpResponse("\ufeff" + table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rewards.csv"'
    return answer


def _cells(request: DeskRequest, one: Reward) -> Iterator[str]:
    business, contact = request.business, one.contact
    yield clock.today(business, one.earned_at).isoformat()
    yield str(one.get_state_display())
    yield clock.today(business, one.closed_at).isoformat() if one.closed_at else ""
    yield contact.name if contact else ""
    yield contact.email if contact else ""
    yield str(one.get_person_display())
    yield str(one.get_trigger_display())
    yield str(one.get_what_display())
    yield one.promised.words
    yield f"{Decimal(one.amount).scaleb(-get_currency_precision(one.currency)):f}"
    yield one.currency
    yield str(one.share)
    yield one.code
    yield one.note
    yield one.void_because
    yield str(one.terms.version)


def _rows() -> RewardQuerySet:
    codes = Prefetch("codes", queryset=RewardCode.objects.order_by("id"))
    return Reward.objects.with_people().select_related("business").prefetch_related(codes)


def _found(key: UUID) -> Reward:
    return get_object_or_404(_rows(), pk=key)


def _flags(flags: Iterable[RewardFlag]) -> list[dict[str, object]]:
    """Each flag with its evidence in words; the people it names in one query."""
    rows = list(flags)
    named = {
        key
        for flag in rows
        for key in (*flag.evidence.get("people", []), flag.evidence.get("contact"))
        if key
    }
    people = {str(one.pk): one for one in Contact.objects.filter(pk__in=named)} if named else {}
    return [{"flag": flag, "says": _says(flag, people)} for flag in rows]


def _says(flag: RewardFlag, people: Mapping[str, Contact]) -> str:
    name = flag.person.first_name
    known = people.get(flag.evidence.get("contact", ""))
    other = known.name if known else "whoever introduced them"
    before = f", as {known.name}" if known else ""
    ring = ", who sent ".join(
        people[key].name for key in flag.evidence.get("people", []) if key in people
    )
    sentences = {
        FlagKind.SAME_MAILBOX: f"{name} has the same mailbox as {other}.",
        FlagKind.SAME_PHONE: f"{name} has the same phone number as {other}.",
        FlagKind.SAME_HOUSEHOLD: f"{name} lives at the same address as {other}.",
        FlagKind.RING: f"They send each other: {ring}, who sent {name} back.",
        FlagKind.KNOWN: f"{name} was a customer already{before}, since {_since(flag)}.",
        FlagKind.DISPOSABLE: (
            f"The address of {name} at {flag.evidence.get('domain')} is one that is thrown away."
        ),
        FlagKind.UNANSWERED: (
            f"{name} has made {flag.evidence.get('count')} introductions since {_since(flag)}, and"
            " nobody has answered one. Who they are is not known here before a yes."
        ),
        FlagKind.REFUNDED: (
            f"{_names(flag, people)} was given something for the sale to {name}, of which"
            f" {_left(flag)} is left: by now less is due for it. Nothing is taken back from"
            " anybody."
        ),
    }
    return sentences[FlagKind(flag.kind)]


def _since(flag: RewardFlag) -> str:
    since = flag.evidence.get("since", "")
    return f"{(day := date.fromisoformat(since)).day} {day:%B %Y}" if since else ""


def _names(flag: RewardFlag, people: Mapping[str, Contact]) -> str:
    names = [people[key].name for key in flag.evidence.get("people", []) if key in people]
    return " and ".join(names) or "Somebody"


def _left(flag: RewardFlag) -> str:
    left, currency = flag.evidence.get("left", 0), flag.evidence.get("currency", "")
    return format_money(left, currency, flag.business.locale) if left and currency else "nothing"


def _told(reward: Reward) -> str:
    """What becomes of the letter that comes with it, in words."""
    letter = letter_about(reward) if reward.state == RewardState.GIVEN else None
    if letter is None or reward.contact is None:
        return ""
    name = reward.contact.first_name
    if letter.state == MessageState.SUPPRESSED:
        return f"No letter leaves, since {name} gets no mail. Please tell them yourself."
    if leaves := when_it_leaves(letter):
        return f"A letter tells {name}: it leaves {leaves}."
    return f"A letter tells {name}."


def _wall(reward: Reward) -> dict[str, object] | None:
    """Of thanks in public: whether they stand there, and by which thank-you to ask."""
    if reward.what != What.THANKS or reward.contact is None:
        return None
    thanks = thanks_behind(reward)
    return {"says": how_public(reward, thanks), "thanks": thanks}


def _after(
    request: DeskRequest,
    key: UUID,
    act: Callable[[], object],
    done: str,
    give: GiveForm | None = None,
) -> HttpResponse:
    status = refused(request, act, done)
    if status == 200:
        return redirect("desk:reward", slug=request.business.slug, id=key)
    return _page(request, key, give=give, status=status)


def _codes_left(reward: Reward) -> int | None:
    """How many are left to take from; None where none is taken."""
    if reward.what != What.CODE or not reward.is_open:
        return None
    return RewardCode.objects.left().filter(list_name=reward.promised.codes).count()


def _page(
    request: DeskRequest,
    key: UUID,
    give: GiveForm | None = None,
    void: VoidForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = get_object_or_404(_rows().select_related("terms"), pk=key)
    row = Row(found, clock.today(request.business))
    flags = doubts_about(found).with_people().order_by("id")
    left = _codes_left(found)
    context = {
        "row": row,
        "reward": found,
        "flags": _flags(flags),
        "codes_left": left,
        "told": _told(found),
        "wall": _wall(found),
        "give_form": give or GiveForm(asks_code=left == 0),
        "void_form": void or VoidForm(),
        "failed_to_void": void is not None,
    }
    return render(request, "desk/rewards/reward.html", context, status=status)
