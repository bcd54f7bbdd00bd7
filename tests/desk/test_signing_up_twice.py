"""Two presses of one button, at the same moment, open one business."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from businesses.models import Business, User
from outreach.models import AccountMessage


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_open_one_business() -> None:
    cache.clear()
    together = Barrier(2)

    def press(_number: int) -> str:
        client = Client()
        together.wait()
        try:
            response = client.post(
                "/accounts/signup/", {"email": "elena@lindqvist.example", "tagline": "Boats"}
            )
        finally:
            connections.close_all()
        return response.headers.get("Location", str(response.status_code))

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))

    assert answers in (["/", "/accounts/login/"], ["/", "200"])
    assert Business.objects.count() == User.objects.count() == 1
    assert AccountMessage.objects.count() == 1
