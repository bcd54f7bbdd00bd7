"""Who knocks at the API: a key that writes, one that only reads, a stranger's, and none."""

import pytest

from businesses.models import Business, Scope, User
from tests.api.client import ApiClient, with_a_key


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    """A key of Alice's business that may write."""
    return with_a_key(business, alice)


@pytest.fixture
def admin(business: Business, alice: User) -> ApiClient:
    """A key of Alice's business that may change its settings, too."""
    return with_a_key(business, alice, Scope.ADMIN)


@pytest.fixture
def reader(business: Business, alice: User) -> ApiClient:
    """A key of Alice's business that may only read."""
    return with_a_key(business, alice, Scope.READ)


@pytest.fixture
def charlie_api(other_business: Business, charlie: User) -> ApiClient:
    """A key of Charlie's business, which may do all there and see nothing of Alice's."""
    return with_a_key(other_business, charlie)


@pytest.fixture
def guest() -> ApiClient:
    """Somebody without a key."""
    return ApiClient()
