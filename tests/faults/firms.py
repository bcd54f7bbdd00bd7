"""Businesses with letters to send, and what a person sees of these at Settings → Health."""

import random
import re
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

from django.db import connection
from django.test import Client
from django.urls import reverse

from businesses import clock
from businesses.models import Business, User
from businesses.services import open_business
from tests.outreach.factories import acting, many_letters

BATCH = 200


class Firm:
    """A business that may send, its owner, and the owner's browser.

    At any hour, so that the clock on the wall of whoever runs this does not decide what is found;
    `keeps_hours` leaves it those of every new business.
    """

    def __init__(self, name: str, *, keeps_hours: bool = False) -> None:
        now = clock.now()
        self.slug = name.lower().replace(" ", "-")
        self.owner = User.objects.create_user(f"{self.slug}@owners.example", name=f"Alice {name}")
        self.business: Business = open_business(
            user=self.owner,
            tagline=f"Books for {self.slug}",
            timezone="Europe/Stockholm",
            country="SE",
            currency="EUR",
            locale="en_GB",
            now=now,
        )
        self.business.name = name
        self.business.postal_address = "Harbour Street 1, 222 22 Lund, Sweden"
        # Long ago, so that it may send as many a day as anybody.
        self.business.confirmed_at = now - timedelta(days=365)
        if not keeps_hours:
            self.business.letters_from, self.business.letters_until = 0, 24
            self.business.letter_days = "1234567"
            self.business.keeps_holidays = False
        self.business.save()

    def listed(self, letters: set[UUID]) -> set[UUID]:
        """Which of these letters stand at Health with a button to send them again."""
        browser, listed = self._browser(), set()
        place = reverse("desk:health", args=[self.business.slug])
        while place:
            shown = browser.get(place).content.decode()
            listed |= {letter for letter in letters if self._retry(letter) in shown}
            more = re.search(r'href="([^"]+)" rel="next"', shown)
            place = unescape(more[1]) if more else ""
        return listed

    def send_again(self, letter: UUID) -> None:
        """Press the button beside it."""
        answer = self._browser().post(self._retry(letter))
        assert answer.status_code == 302, answer.content.decode()

    def _retry(self, letter: UUID) -> str:
        return reverse("desk:letter_retry", args=[self.business.slug, letter])

    def _browser(self) -> Client:
        client = Client()
        client.force_login(self.owner, backend="django.contrib.auth.backends.ModelBackend")
        return client


def some_firms(title: str, number: int = 5) -> list[Firm]:
    return [Firm(f"{title} {nth + 1}") for nth in range(number)]


def queue_letters(
    firms: list[Firm], count: int, chance: random.Random, *, within_seconds: float = 0, to: int = 3
) -> dict[UUID, datetime]:
    """Letters of all these firms, every tenth `to` so many people; due now, or in the next seconds.

    When each is due.
    """
    due: dict[UUID, datetime] = {}
    left = count
    while left:
        firm = chance.choice(firms)
        number = min(left, BATCH)
        moments = [
            clock.now() + timedelta(seconds=within_seconds * chance.random()) for _ in range(number)
        ]
        with acting(firm.business):
            groups = [1 if nth % 10 else to for nth in range(number)]
            letters = many_letters(firm.business, groups, moments)
        due |= {letter.pk: letter.due_at for letter in letters}
        left -= number
    connection.close()
    return due
