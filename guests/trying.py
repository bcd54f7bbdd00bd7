"""Where every link in a test letter leads: a page that says so, and opens nobody's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def tested(request: HttpRequest) -> HttpResponse:
    """Behind the links of a letter that a member sent to themself."""
    context = {
        "heading": "This was a test.",
        "text": "In the real letter this link leads to the reader's own page. Here it leads "
        "nowhere, and nothing was changed by opening it.",
    }
    return render(request, "guests/closed.html", context)
