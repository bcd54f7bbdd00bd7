"""Dates, waiting times, money and names as people say them, in pages and letters."""

from calendar import day_name, month_name
from datetime import date, datetime, timedelta

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from businesses import clock
from businesses.money import format_money

register = template.Library()


def _day(value: date | datetime) -> date:
    """The calendar day at the place the page is for (middleware activates its time zone)."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _days_from_today(value: date | datetime) -> int:
    return (_day(value) - timezone.localtime(clock.now()).date()).days


def say_day(value: date | datetime) -> str:
    """`yesterday`, `in 3 days`, `11 April`, `11 April 2019`."""
    day, days = _day(value), _days_from_today(value)
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in named:
        return named[days]
    if abs(days) <= 7:
        return f"in {days} days" if days > 0 else f"{-days} days ago"
    this_year = day.year == (day - timedelta(days=days)).year
    return _day_and_month(day) if this_year else f"{_day_and_month(day)} {day.year}"


def _day_and_month(day: date) -> str:
    return f"{day.day} {month_name[day.month]}"


@register.filter
def said(value: date | datetime | None) -> SafeString | str:
    """The day as people say it, with the exact time on hover."""
    if not value:
        return ""
    # Written out: a list has fifty of them, and Django's formats took a quarter of its time.
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    exact = f"{day_name[local.weekday()]}, {_day_and_month(local)} {local.year}"
    machine = local.isoformat()
    if isinstance(local, datetime):
        exact = f"{exact}, {local:%H:%M}"
        machine = local.isoformat("T", "minutes")
    # Digits, and words of ours.
    return mark_safe(  # noqa: S308
        f'<time datetime="{machine}" title="{exact}">{say_day(local)}</time>'
    )


@register.filter
def say_when(value: datetime) -> str:
    """`today at 8:00`, `on Monday at 8:00`, `on 4 January at 8:00`: a moment to come."""
    local, days = timezone.localtime(value), _days_from_today(value)
    if days in (0, 1):
        day = "tomorrow" if days else "today"
    elif 1 < days < 7:
        day = f"on {day_name[local.weekday()]}"
    else:
        day = f"on {_day_and_month(local)}"
    return f"{day} at {local.hour}:{local:%M}"


@register.filter
def waiting(since: date | datetime | None) -> str:
    """`waiting 3 days`, `since yesterday`, `since today`."""
    if not since:
        return ""
    days = -_days_from_today(since)
    if days <= 1:
        return "since yesterday" if days == 1 else "since today"
    return f"waiting {days} days"


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word of a name; a dot where there is none."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "·"


@register.filter
def mailbox(address: str) -> SafeString | str:
    """A mail address that breaks after its @ or before a dot, where one line has no room for it."""
    local, at, domain = str(address or "").partition("@")
    if not at:
        return local
    parts = format_html_join(mark_safe("<wbr>."), "{}", ((part,) for part in domain.split(".")))
    return format_html("{}@<wbr>{}", local, parts)


@register.simple_tag(takes_context=True)
def money(context: Context, amount: int, currency: str) -> str:
    """An amount in minor units as the business's locale writes it."""
    business = getattr(context.get("request"), "business", None) or context.get("business")
    return format_money(amount, currency, getattr(business, "locale", "en_GB"))
