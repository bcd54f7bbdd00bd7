"""What a viewer's page leaves out, as the browser lays it out."""

import pytest

from tests.browser.looking import Reader
from tests.browser.places import DESK, Places

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("browser")]

# What a viewer may do is about their own mail.
REFUSED = "main form[method=post]:not(.own), main .head > .buttons, .rail .add"


@pytest.mark.parametrize("name", DESK)
def test_whoever_may_only_look_is_offered_nothing_that_would_be_refused(
    owner: Reader, places: Places, name: str
) -> None:
    owner.open(places.desk(name))

    owner.page.locator(".app").evaluate("app => app.classList.add('looking')")

    offered = [one for one in owner.page.locator(REFUSED).all() if one.is_visible()]
    assert offered == []
