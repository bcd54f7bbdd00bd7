"""The button in the letter that asks whether an address is its reader's."""

from typing import Any

from allauth.account.views import ConfirmEmailView
from django.http import Http404, HttpResponse


class ConfirmView(ConfirmEmailView):  # type: ignore[misc]  # allauth has no types
    """Pressed again, or too late, it leads to the page that a used link opens, not to a 404."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except Http404:
            response = self.get(*args, **kwargs)
            response.status_code = 409
        return response
