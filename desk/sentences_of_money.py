"""What a timeline says of money that was given back, of plans, and of what is kept for the list."""

from collections.abc import Callable, Mapping
from datetime import date

from businesses.money import format_money
from businesses.templatetags.said import say_day
from desk.stories import Line, Story
from referrals.models import ClosedBusiness, ExchangeRate, LossReason, Referral
from referrals.states import Came


def _business_closed(story: Story) -> Line:
    closed = story.subject(ClosedBusiness)
    amount = format_money(closed.amount, closed.currency, story.business.locale)
    again = " again" if closed.kind == Came.AGAIN else ""
    return Line(f"{amount} from {closed.contact.first_name}{again}", closed.note, "thanks")


def _business_corrected(story: Story) -> Line:
    former, amount = (
        format_money(int(story.fact(end)), story.fact("currency"), story.business.locale)
        for end in ("from", "to")
    )
    former_day, day = (story.fact(end) for end in ("from_day", "to_day"))
    moved = former_day and day and former_day != day
    # Which day it was is kept nowhere else: the row stands on the new one.
    note = f"Moved from {_named(former_day)} to {_named(day)}." if moved else ""
    if story.fact("instead"):
        was = f"{former} was in another currency"
        title = story.done(f"put right that {was}", f"It was put right that {was}")
    elif former == amount:
        title = story.done(f"mended the day of {amount}", f"The day of {amount} was mended")
    else:
        title = story.done(f"mended {former} to {amount}", f"{former} was mended to {amount}")
    return Line(title, note)


def _named(day: str) -> str:
    return say_day(date.fromisoformat(day))


def _business_refunded(story: Story) -> Line:
    refund = story.subject(ClosedBusiness)
    amount = format_money(-refund.amount, refund.currency, story.business.locale)
    name = refund.contact.first_name
    title = story.done(f"gave {amount} back to {name}", f"{amount} went back to {name}")
    return Line(title, refund.note)


def _planned(story: Story) -> Line:
    name = story.subject(Referral).contact.first_name
    return Line(story.done(f"planned what comes next with {name}", f"Planned: next with {name}"))


def _credited(story: Story) -> Line:
    return Line(f"It is kept who sent {story.subject(Referral).contact.first_name}")


def _reason_kept(story: Story) -> Line:
    words = story.subject(LossReason).words
    return Line(story.done(f"kept the reason “{words}”", f"The reason “{words}” was kept"))


def _rate_entered(story: Story) -> Line:
    currency = story.subject(ExchangeRate).currency
    return Line(story.done(f"entered a rate for {currency}", f"A rate for {currency} was entered"))


def _rate_removed(story: Story) -> Line:
    # The rate itself is gone: what it was is kept here alone.
    currency, since = story.fact("currency"), _named(story.fact("since"))
    done = f"the rate for {currency} from {since}"
    return Line(story.done(f"removed {done}", f"{done[0].upper()}{done[1:]} was removed"))


def _money_changed(story: Story) -> Line:
    what = []
    if story.fact("from_months") != story.fact("to_months"):
        former, months = (_how_long(story.fact(f"{end}_months")) for end in ("from", "to"))
        what.append(f"Credit lasted {former}, and lasts {months} now.")
    if story.fact("from_currencies") != story.fact("to_currencies"):
        former, used = (_listed(story.fact(f"{end}_currencies")) for end in ("from", "to"))
        what.append(f"Other currencies were {former}, and are {used} now.")
    done = "currencies and credit"
    return Line(story.done(f"changed {done}", f"Changed: {done}"), " ".join(what))


def _how_long(months: int | None) -> str:
    if months is None:
        return "for ever"
    return "a month" if months == 1 else f"{months} months"


def _listed(codes: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(codes[:-1]), *codes[-1:]])) or "none"


ABOUT_MONEY: Mapping[str, Callable[[Story], Line | None]] = {
    "business.closed": _business_closed,
    "business.corrected": _business_corrected,
    "business.refunded": _business_refunded,
    "exchange_rate.entered": _rate_entered,
    "exchange_rate.removed": _rate_removed,
    "loss_reason.kept": _reason_kept,
    "money.changed": _money_changed,
    "referral.credited": _credited,
    "referral.planned": _planned,
}
QUIET_ABOUT_MONEY = frozenset({"referral.credited"})
