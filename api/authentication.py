"""Whose request it is: `Authorization: Bearer KEY`."""

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from businesses.keys import find_api_key
from businesses.models import ApiKey, Scope


class KeyAuthentication(BaseAuthentication):
    """The key in the Authorization header; `request.auth` is its row, the user is nobody."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        key = find_api_key(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed("This API key is not known here, or was withdrawn.")
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ScopeAllows(BasePermission):
    """A key that reads may read; one that writes may do all that a member may."""

    message = "This key may only read."

    def has_permission(self, request: Request, view: APIView) -> bool:
        key = cast(ApiKey | None, request.auth)
        return key is not None and (request.method in SAFE_METHODS or key.may_write)


class AdminChanges(ScopeAllows):
    """Any key may read; settings are changed by one that was made for that."""

    message = "This key may not change settings."

    def has_permission(self, request: Request, view: APIView) -> bool:
        key = cast(ApiKey | None, request.auth)
        return key is not None and (request.method in SAFE_METHODS or key.scope == Scope.ADMIN)


class ForGood(AdminChanges):
    """What cannot be undone is done by a key for everything."""

    message = "This cannot be undone, so it takes a key for everything."
