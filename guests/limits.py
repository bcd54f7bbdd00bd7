"""The limits an advocate sets to being asked: how often, about whom, from when on."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse

from businesses import clock
from businesses.refusals import Refusal
from guests.advocates import reader_of
from guests.drafting import host_name
from guests.entry import Visit, behind_link
from guests.forms import GuestForm
from introductions.models import LONGEST_KIND, Advocate
from introductions.services import set_limits
from introductions.services.limits import FURTHEST
from outreach.links import use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:limits"

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)

# How often, as a phone offers it.
_OFTEN = {4: "once a month", 12: "once in three months", 26: "twice a year", 52: "once a year"}


class LimitsForm(GuestForm):
    """What is left empty is no limit."""

    weeks = forms.TypedChoiceField(
        label="How often at most",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    only_about = forms.CharField(
        label="Only about these kinds of people",
        max_length=LONGEST_KIND,
        required=False,
        help_text="Such as “people with a shop of their own”. Somebody reads it before they ask.",
        error_messages={"max_length": f"{LONGEST_KIND} characters at most fit here."},
    )
    not_before = forms.DateField(
        label="Not before",
        required=False,
        error_messages={"invalid": "Choose a day, such as 2031-05-24."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, reader: Advocate, today: date, **kwargs: Any) -> None:
        not_before = reader.not_before
        kwargs["initial"] = {
            "weeks": reader.weeks_between_asks or "",
            "only_about": reader.only_about,
            "not_before": not_before if not_before and not_before > today else None,
        }
        super().__init__(*args, **kwargs)
        often = dict(_OFTEN)
        if reader.weeks_between_asks:
            often.setdefault(
                reader.weeks_between_asks, f"once in {reader.weeks_between_asks} weeks"
            )
        weeks = self.fields["weeks"]
        assert isinstance(weeks, forms.TypedChoiceField)
        weeks.choices = [("", "As it is: no limit of mine"), *sorted(often.items())]
        bounds = {"min": today + timedelta(days=1), "max": today + FURTHEST}
        self.fields["not_before"].widget.attrs |= {
            name: day.isoformat() for name, day in bounds.items()
        }


@_page
def limits(visit: Visit) -> HttpResponse:
    """What holds now, and the form to change it."""
    reader = _reader(visit)
    return _show(visit, reader, _form(visit, reader))


@_act
def keep(visit: Visit) -> HttpResponse:
    """It holds from now on, for everybody of the business."""
    reader = _reader(visit)
    form = _form(visit, reader, visit.request.POST)
    if not form.is_valid():
        return _show(visit, reader, form, 422)
    told = form.cleaned_data
    try:
        with transaction.atomic():
            set_limits(
                advocate=reader,
                weeks_between_asks=told["weeks"],
                only_about=told["only_about"],
                not_before=told["not_before"],
                now=visit.now,
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(visit, reader, form, refusal.status)
    return visit.back_to(PAGE)


def _reader(visit: Visit) -> Advocate:
    """Whose page this is."""
    return reader_of(visit)[0]


def _form(visit: Visit, reader: Advocate, given: Any = None) -> LimitsForm:
    return LimitsForm(given, reader=reader, today=clock.today(visit.business, visit.now))


def _show(visit: Visit, reader: Advocate, form: LimitsForm, status: int = 200) -> HttpResponse:
    business = visit.business
    context: dict[str, object] = {
        "form": form,
        "reader": reader,
        "host": host_name(owner_of(business), business),
        "holds": _in_words(reader, visit),
    }
    return visit.page("guests/limits.html", context, status)


def _in_words(reader: Advocate, visit: Visit) -> list[str]:
    """What they have set, as it holds now."""
    says: list[str] = []
    weeks, day = reader.weeks_between_asks, reader.not_before
    if weeks:
        says.append(f"You are asked {_OFTEN.get(weeks, f'once in {weeks} weeks')} at most.")
    if reader.only_about:
        says.append(f"You are asked only about: {reader.only_about}")
    if day is not None and day > clock.today(visit.business, visit.now):
        says.append(f"You are not asked before {day.day} {day:%B %Y}.")
    return says
