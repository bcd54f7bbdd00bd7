"""What a request has once its key was recognised."""

from rest_framework.request import Request

from activity.actors import Actor
from businesses.models import ApiKey, Business


class ApiRequest(Request):
    """Exists for its types alone: `Resource` sets these when the key is recognised."""

    business: Business
    key: ApiKey
    actor: Actor
