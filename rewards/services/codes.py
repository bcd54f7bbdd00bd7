"""Codes from a list that the business uploads: each is given once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Lower

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.refusals import Refusal
from rewards.models import LONGEST_CODE, LONGEST_LIST_NAME, Reward, RewardCode
from rewards.querysets import RewardCodeQuerySet
from rewards.states import What

MOST_CODES = 20_000
# What stands over the codes of a table is none.
_HEADINGS = {
    *("code", "codes", "coupon", "coupons", "voucher", "vouchers"),
    *("coupon code", "coupon codes", "discount code", "discount codes"),
    *("voucher code", "voucher codes"),
}


class NoCodes(Refusal):
    message = "There is no code in it: one on each line."
    code = "no_codes"
    status = 422


class TooManyCodes(Refusal):
    message = f"That is more than {MOST_CODES:,} codes. Please upload them in parts."
    code = "too_many_codes"
    status = 422


class CodesNotPossible(Refusal):
    message = f"A code has {LONGEST_CODE} characters at most, on one line."
    code = "codes_not_possible"
    status = 422


class CodesTwice(Refusal):
    """Nothing is kept of such a list: whoever made it should know before anybody gets one."""

    message = "Some codes stand there twice, or are here already."
    code = "codes_twice"
    status = 422


class NoCodeLeft(Refusal):
    message = "No code is left on this list. Upload more, or type one."
    code = "no_code_left"


class CodesLeft(Refusal):
    message = (
        "There are codes left on the list: leave the field empty, and the next one is taken. Codes"
        " that are no good can be taken away from the list."
    )
    code = "codes_left"


class CodeKnown(Refusal):
    message = "This code is here already, on a list or given before. Nobody gets one twice."
    code = "code_known"


class NotACode(Refusal):
    message = "No discount code goes with this one. Write it into the note."
    code = "not_a_code"
    status = 422


@dataclass(frozen=True, slots=True)
class Upload:
    """What was kept of a list."""

    list_name: str
    added: int


@dataclass(frozen=True, slots=True)
class TakenAway:
    """How many codes of a list nobody gets any more."""

    list_name: str
    taken_away: int


def codes_in(text: str) -> list[str]:
    """The codes of a file or a field: one on each line; of a table, what stands first."""
    lines = text.removeprefix("\ufeff").replace("\0", "").splitlines()
    codes = [
        code
        for line in lines
        if (code := line.replace(";", ",").split(",", 1)[0].strip().strip('"').strip())
    ]
    return codes[1:] if codes and codes[0].casefold() in _HEADINGS else codes


def add_codes(
    *, business: Business, codes: Sequence[str], list_name: str = "", by: Actor, now: datetime
) -> Upload:
    """Keep these codes, all or none.

    Raises `NoCodes`, `TooManyCodes`, `CodesNotPossible`, and `CodesTwice`, which names them.
    """
    list_name = _tidy(list_name)
    if not codes:
        raise NoCodes
    if len(codes) > MOST_CODES:
        raise TooManyCodes
    if not all(map(_is_possible, codes)):
        raise CodesNotPossible
    # One list at a time: the second sees what the first has kept.
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    _refuse_twice(codes)
    rows = [
        RewardCode(business=business, code=code, list_name=list_name, created_at=now)
        for code in codes
    ]
    RewardCode.objects.bulk_create(rows, batch_size=1000)
    record_event(
        business=business,
        name="reward_codes.added",
        actor=by,
        subject=rows[0],
        payload={"count": len(rows)},
        now=now,
    )
    return Upload(list_name, len(rows))


def take_away_codes(
    *, business: Business, list_name: str = "", by: Actor, now: datetime
) -> TakenAway:
    """Nobody gets what is left of this list any more. What was given stays."""
    # Without the business: whoever gives a code at this moment holds it, and wants the business.
    list_name = _tidy(list_name)
    left = RewardCode.objects.left().filter(list_name=list_name)
    first = left.order_by("id").first()
    count, _ = left.delete()
    if first is not None and count:
        record_event(
            business=business,
            name="reward_codes.taken_away",
            actor=by,
            subject=first,
            payload={"count": count},
            now=now,
        )
    return TakenAway(list_name, count)


def code_for(reward: Reward, typed: str, now: datetime) -> str:
    """What is given with the locked reward: the next code of its list, or while none is left the
    one that was typed, which nobody has had. Empty where no code goes with it.

    Raises `NoCodeLeft`, `CodesLeft`, `CodeKnown`, `CodesNotPossible`, `NotACode`.
    """
    typed = typed.strip()
    if reward.what != What.CODE:
        if typed:
            raise NotACode
        return ""
    taken = _written_down(reward, typed, now) if typed else _next_of_list(reward)
    taken.reward, taken.given_at = reward, now
    taken.save()
    return taken.code


def _next_of_list(reward: Reward) -> RewardCode:
    """The next one that nobody else is taking at this moment."""
    left = _left_for(reward).select_for_update(skip_locked=True, of=("self",))
    code = left.order_by("id").first()
    if code is None:
        raise NoCodeLeft
    return code


def _written_down(reward: Reward, typed: str, now: datetime) -> RewardCode:
    if not _is_possible(typed):
        raise CodesNotPossible
    # Nobody keeps a list, or types the same, before this one is kept.
    Business.objects.select_for_update(no_key=True).get(pk=reward.business_id)
    if _left_for(reward).exists():
        raise CodesLeft
    if RewardCode.objects.filter(code__iexact=typed).exists():
        raise CodeKnown
    list_name = reward.promised.codes
    return RewardCode(
        business_id=reward.business_id, code=typed, list_name=list_name, created_at=now
    )


def _left_for(reward: Reward) -> RewardCodeQuerySet:
    return RewardCode.objects.left().filter(list_name=reward.promised.codes)


def _tidy(list_name: str) -> str:
    return " ".join(list_name.split())[:LONGEST_LIST_NAME]


def _is_possible(code: str) -> bool:
    return len(code) <= LONGEST_CODE and code.isprintable()


def _refuse_twice(codes: Sequence[str]) -> None:
    """A till reads `save-10` as it reads `SAVE-10`."""
    counts = Counter(map(str.lower, codes))
    twice = [code for code in codes if counts.pop(code.lower(), 1) > 1]
    if twice:
        raise CodesTwice(f"{_named(twice)} in the list twice. Nothing was kept.")
    lowered = [code.lower() for code in codes]
    known = RewardCode.objects.annotate(lowered=Lower("code")).filter(lowered__in=lowered)
    here = [*known.order_by("id").values_list("code", flat=True)]
    if here:
        raise CodesTwice(f"{_named(here)} here already. Nothing was kept.")


def _named(codes: Sequence[str]) -> str:
    """`AB-1, AB-2 and 3 more are`."""
    shown = ", ".join(codes[:5])
    more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
    return f"{shown}{more} {'is' if len(codes) == 1 else 'are'}"
