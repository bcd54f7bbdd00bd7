"""Settings → When letters leave: hours, days, holidays; and until when nobody is asked."""

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.services import COUNTRIES, BusinessChanges
from desk.access import may_manage
from desk.forms import DayField, PlainForm
from desk.requests import DeskRequest
from outreach.gate import allowed_on
from outreach.services import change_letter_hours

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMES = Locale("en").territories
_COUNTRIES: list[tuple[str, str]] = sorted(
    ((code, str(_NAMES.get(code, code))) for code in COUNTRIES), key=lambda country: country[1]
)
_FIELDS = (
    "letters_from",
    "letters_until",
    "letter_days",
    "keeps_holidays",
    "country",
    "full_until",
    "closed_until",
)


def _hours(first: int, last: int) -> list[tuple[int, str]]:
    return [(hour, f"{hour}:00") for hour in range(first, last + 1)]


class HoursForm(PlainForm):
    letters_from = forms.TypedChoiceField(label="From", coerce=int, choices=_hours(0, 23))
    letters_until = forms.TypedChoiceField(label="Until", coerce=int, choices=_hours(1, 24))
    letter_days = forms.MultipleChoiceField(
        label="On these days",
        choices=[(str(number), day) for number, day in enumerate(DAYS, 1)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Please choose a day at least."},
    )
    keeps_holidays = forms.BooleanField(label="Not on public holidays", required=False)
    country = forms.ChoiceField(
        label="Whose holidays",
        choices=_COUNTRIES,
        help_text="Phone numbers without a country code are read as numbers of this country, too.",
    )
    full_until = DayField(
        label="Full until",
        required=False,
        help_text="Your order book is full: on this day asks may leave again.",
    )
    closed_until = DayField(
        label="Closed until", required=False, help_text="You are away: the day you are back."
    )

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        begins, ends = told.get("letters_from"), told.get("letters_until")
        if isinstance(begins, int) and isinstance(ends, int) and begins >= ends:
            self.add_error("letters_until", "Please choose a time after the first.")
        return told

    def changes(self) -> BusinessChanges:
        told = self.cleaned_data
        return {
            "letters_from": told["letters_from"],
            "letters_until": told["letters_until"],
            "letter_days": "".join(told["letter_days"]),
            "keeps_holidays": told["keeps_holidays"],
            "country": told["country"],
            "full_until": told["full_until"],
            "closed_until": told["closed_until"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def hours(request: DeskRequest, slug: str) -> HttpResponse:
    """When letters leave, changed for all that have not left."""
    initial = {name: getattr(request.business, name) for name in _FIELDS}
    form = HoursForm(
        request.POST or None, initial=initial | {"letter_days": list(initial["letter_days"])}
    )
    if request.method == "POST" and form.is_valid() and _is_kept(request, form):
        messages.success(request, "Kept. Letters leave so from now on.")
        return redirect("desk:settings_hours", slug=slug)
    context = {
        "form": form,
        "allowed": allowed_on(request.business, clock.today(request.business)),
        "has_manners": settings.MANNERS,
        "summary": in_words(request.business),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/hours.html", context, status=status)


def _is_kept(request: DeskRequest, form: HoursForm) -> bool:
    try:
        change_letter_hours(business=request.business, changes=form.changes(), now=clock.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def in_words(business: Business) -> str:
    """`Monday to Friday, 8:00 to 19:00`; days that do not follow each other one by one."""
    numbers = [int(day) for day in business.letter_days]
    names = [DAYS[number - 1] for number in numbers]
    in_a_row = numbers == list(range(numbers[0], numbers[-1] + 1))
    if len(names) > 2 and in_a_row:
        days = f"{names[0]} to {names[-1]}"
    else:
        days = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{days}, {business.letters_from}:00 to {business.letters_until}:00"
