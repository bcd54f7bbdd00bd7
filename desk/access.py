"""Who may change something, and what is said when something cannot be done."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from businesses.models import Role
from businesses.refusals import Refusal
from desk.requests import DeskRequest

View = TypeVar("View", bound=Callable[..., HttpResponse])


def may_write(view: View) -> View:
    """Let anybody of the business look, and all but viewers change: for views that take POST."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.membership.role == Role.VIEWER:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def may_manage(view: View) -> View:
    """Let anybody of the business look, and its owner and managers change."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.membership.may_manage:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def only_managers(view: View) -> View:
    """For the owner and managers alone, also to look at: money by name."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.may_manage:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def refused(request: DeskRequest, act: Callable[[], object], done: str = "") -> int:
    """Do it and say `done`, or say why it cannot be done; the status to answer with (200: done)."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return refusal.status
    if done:
        messages.success(request, done)
    return 200
