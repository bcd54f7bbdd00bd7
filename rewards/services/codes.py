"""Codes from a list that the business uploads: each is given once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.refusals import Refusal
from rewards.models import LONGEST_CODE, LONGEST_LIST_NAME, RewardCode

MOST_CODES = 20_000


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


@dataclass(frozen=True, slots=True)
class Upload:
    """What was kept of a list."""

    list_name: str
    added: int


def codes_in(text: str) -> list[str]:
    """The codes of a file or a field: one on each line; of a table, what stands first."""
    lines = text.removeprefix("\ufeff").replace("\0", "").splitlines()
    return [
        code
        for line in lines
        if (code := line.replace(";", ",").split(",", 1)[0].strip().strip('"').strip())
    ]


def add_codes(
    *, business: Business, codes: Sequence[str], list_name: str = "", by: Actor, now: datetime
) -> Upload:
    """Keep these codes, all or none.

    Raises `NoCodes`, `TooManyCodes`, `CodesNotPossible`, and `CodesTwice`, which names them.
    """
    list_name = " ".join(list_name.split())[:LONGEST_LIST_NAME]
    if not codes:
        raise NoCodes
    if len(codes) > MOST_CODES:
        raise TooManyCodes
    if any(len(code) > LONGEST_CODE or not code.isprintable() for code in codes):
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


def _refuse_twice(codes: Sequence[str]) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise CodesTwice(f"{_named(twice)} in the list twice. Nothing was kept.")
    known = RewardCode.objects.filter(code__in=codes).order_by("id")
    here = [*known.values_list("code", flat=True)]
    if here:
        raise CodesTwice(f"{_named(here)} here already. Nothing was kept.")


def _named(codes: Sequence[str]) -> str:
    """`AB-1, AB-2 and 3 more are`."""
    shown = ", ".join(codes[:5])
    more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
    return f"{shown}{more} {'is' if len(codes) == 1 else 'are'}"
