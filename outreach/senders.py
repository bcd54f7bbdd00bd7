"""In whose name a business's letters leave."""

from businesses.models import Business, Role, User
from outreach.letters import OWNER


def owner_of(business: Business) -> User:
    return User.objects.get(memberships__business=business, memberships__role=Role.OWNER)


def name_of(user: User, business: Business) -> str:
    """A member's name; the owner's is filled in at sending, since it may be given only then."""
    return OWNER if user == owner_of(business) else user.first_name
