"""Guessing where a business is, so that signing up asks for two things and not for six."""

import re
from dataclasses import dataclass
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_territory_currencies

# One entry of Accept-Language, or what a browser calls its language: `sv-SE`, `zh-Hant-TW`.
_TAG = re.compile(r"([a-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Z]{2}))?\b")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a business seems to be. The owner can put it right in the settings."""

    timezone: str
    country: str
    currency: str
    locale: str


# Where nothing can be guessed; the same as a business's defaults.
ELSEWHERE = Place(timezone="Europe/London", country="GB", currency="GBP", locale="en_GB")


def guess_place(*, timezone: str, language: str, accept_language: str) -> Place:
    """The likeliest place, from what a browser says of its clock and its language.

    The clock says where somebody is, the language only how they like to read. What is unknown or
    made up falls back to ELSEWHERE.
    """
    speaks, spoken_in = _language(language) or _language(accept_language) or ("", "")
    zone = timezone if timezone in available_timezones() else ""
    country = _country_of(zone) or spoken_in or ELSEWHERE.country
    return Place(
        timezone=zone or _only_zone_of(country) or ELSEWHERE.timezone,
        country=country,
        currency=next(iter(get_territory_currencies(country)), ELSEWHERE.currency),
        locale=_locale(speaks, country, spoken_in),
    )


def _language(tag: str) -> tuple[str, str] | None:
    found = _TAG.match(tag.strip())
    return (found[1], found[2] or "") if found else None


def _country_of(zone: str) -> str:
    current = get_global("zone_aliases").get(zone, zone)
    country = str(get_global("zone_territories").get(current, ""))
    return country if len(country) == 2 else ""


def _only_zone_of(country: str) -> str:
    zones = get_global("territory_zones").get(country, [])
    return str(zones[0]) if len(zones) == 1 else ""


def _locale(speaks: str, *countries: str) -> str:
    """How money and numbers are written: the language in the first country that knows it."""
    for country in countries:
        try:
            return str(Locale.parse(f"{speaks}_{country}"))
        except (UnknownLocaleError, ValueError):
            continue
    return ELSEWHERE.locale
