"""What a request knows once it is inside a business."""

from django.http import HttpRequest

from activity.actors import Actor
from businesses.models import Business, Membership, User


class DeskRequest(HttpRequest):
    """A request below `/b/<slug>/`: BusinessMiddleware has set these."""

    user: User
    business: Business
    membership: Membership
    # Whether somebody else here can do something, too.
    has_colleagues: bool
    actor: Actor
