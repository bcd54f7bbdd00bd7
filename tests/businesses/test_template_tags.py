"""Tags that stand in for others because they are quicker say what those say."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import lucide as library
import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone

from businesses import clock
from businesses.templatetags.said import said


def rendered(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


@pytest.mark.parametrize("slug", ["lindqvist", "x-1"])
def test_an_address_is_the_one_that_django_gives(slug: str) -> None:
    for _ in range(2):
        key = uuid4()
        wanted = reverse("desk:person", kwargs={"slug": slug, "id": key})

        assert rendered("{% url 'desk:person' slug=s id=k %}", s=slug, k=key) == wanted
        assert rendered("{% url 'desk:person' slug=s id=k as a %}{{ a }}", s=slug, k=key) == wanted
        assert rendered("{% url 'desk:person' slug=s id=k %}", s=slug, k=str(key)) == wanted


def test_an_address_without_a_row_is_the_one_that_django_gives() -> None:
    assert rendered("{% url 'desk:people' slug=s %}", s="a") == "/b/a/people/"
    assert rendered("{% url 'account_login' %}") == "/accounts/login/"


def test_what_comes_from_a_page_cannot_leave_its_attribute() -> None:
    nasty = "a'b&c"

    assert rendered("{% url 'guests:stop' t %}", t=nasty) == "/a/a&#x27;b&amp;c/stop/"
    assert rendered("{% url 'guests:stop' token=t %}", t=nasty) == "/a/a&#x27;b&amp;c/stop/"


def test_an_address_that_is_none_is_an_error_unless_it_is_asked_for() -> None:
    with pytest.raises(NoReverseMatch):
        rendered("{% url 'desk:person' slug=s id=k %}", s="a", k="no id")
    with pytest.raises(NoReverseMatch):
        rendered("{% url 'desk:nowhere' slug=s %}", s="a")

    assert rendered("{% url 'desk:nowhere' slug=s as a %}[{{ a }}]", s="a") == "[]"


@pytest.mark.parametrize("more", ["", ' size=16 class="big"', ' stroke_width="1"'])
def test_an_icon_is_the_one_that_the_library_draws(more: str) -> None:
    drawn = rendered('{% load icons %}{% lucide "heart" aria_hidden="true"' + more + " %}")

    arguments = dict(part.split("=") for part in more.replace('"', "").split())
    size = int(arguments.pop("size", 24))
    assert drawn == library._render_icon("heart", size, aria_hidden="true", **arguments)
    assert drawn == rendered('{% load icons %}{% lucide "heart" aria_hidden="true"' + more + " %}")


def test_an_icon_that_is_not_there_is_an_error() -> None:
    with pytest.raises(library.IconDoesNotExist):
        rendered('{% load icons %}{% lucide "no-such-icon" %}')


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Pacific/Auckland"])
def test_a_day_is_said_as_django_would_write_it(zone: str) -> None:
    first = datetime(2024, 1, 1, 23, 30, tzinfo=UTC)
    with clock.at(datetime(2024, 2, 1, 12, tzinfo=UTC)), timezone.override(zone):
        for days in (*range(20), *range(40, 500, 7)):
            instant = first + timedelta(days=days)
            local = timezone.localtime(instant)

            told = said(instant)

            exact = formats.date_format(local, "l, j F Y, H:i")
            assert f'datetime="{local.isoformat("T", "minutes")}" title="{exact}"' in told
            day = formats.date_format(local.date(), "l, j F Y")
            assert f'datetime="{local.date()}" title="{day}"' in said(local.date())
            wanted = "j F" if local.year == 2024 else "j F Y"
            if abs((local.date() - date(2024, 2, 1)).days) > 8:
                assert f">{formats.date_format(local.date(), wanted)}</time>" in told
