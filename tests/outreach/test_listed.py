"""However many letters need somebody to look, each stands on Health with its button."""

import re
from html import unescape

from django.test import Client

from businesses import clock
from businesses.models import Business
from outreach.models import Message
from outreach.states import MessageState
from tests.outreach.factories import many_letters


def test_each_of_many_letters_in_doubt_is_reached_page_by_page(
    business: Business, alice_client: Client
) -> None:
    now = clock.now()
    many_letters(business, [1] * 120, [now] * 120)
    Message.objects.update(state=MessageState.UNCERTAIN, in_data_at=now)
    place, found = f"/b/{business.slug}/settings/health/", []

    while place:
        page = alice_client.get(place).content.decode()
        found.append(set(re.findall(r"letters/([0-9a-f-]{36})/retry", page)))
        more = re.search(r'href="([^"]+)" rel="next"', page)
        place = unescape(more[1]) if more else ""

    assert [len(some) for some in found] == [50, 50, 20]
    assert set.union(*found) == {str(key) for key in Message.objects.values_list("pk", flat=True)}


def test_a_place_in_the_list_that_is_none_shows_the_newest(
    business: Business, alice_client: Client
) -> None:
    for nonsense in ("x", "00000000-0000-7000-8000-000000000000"):
        page = alice_client.get(f"/b/{business.slug}/settings/health/?after={nonsense}")
        assert page.status_code == 200
