"""In whose name a business's letters leave."""

from businesses.models import Business, Membership, Role, User
from outreach.letters import OWNER


def owner_of(business: Business) -> User:
    return User.objects.get(memberships__business=business, memberships__role=Role.OWNER)


def introduction_of(user: User, business: Business) -> str:
    """What a member says of themself to people they are introduced to; empty if nothing."""
    members = Membership.objects.filter(business=business, user=user)
    return members.values_list("self_introduction", flat=True).first() or ""


def name_of(user: User, business: Business) -> str:
    """A member's name; the owner's is filled in at sending, since it may be given only then."""
    return OWNER if user == owner_of(business) else user.first_name
