"""Businesses with letters to send, and what a person sees of these at Settings → Health."""

import random
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.test import Client
from django.urls import reverse

from businesses import clock
from businesses.models import Business, User
from businesses.services import open_business
from tests.outreach.factories import a_contact, a_letter, acting

BATCH = 20


class Firm:
    """A business that may send, its owner, and the owner's browser."""

    def __init__(self, name: str) -> None:
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
        self.business.confirmed_at = now
        self.business.save()

    def listed(self, letters: set[UUID]) -> set[UUID]:
        """Which of these letters stand at Health with a button to send them again."""
        page = self._browser().get(reverse("desk:health", args=[self.business.slug]))
        shown = page.content.decode()
        return {letter for letter in letters if self._retry(letter) in shown}

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
    firms: list[Firm], count: int, chance: random.Random, *, within_seconds: float = 0
) -> None:
    """Letters of all these firms, every tenth to three people; due now, or in the next seconds."""
    left = count
    while left:
        firm = chance.choice(firms)
        number = min(left, BATCH)
        with acting(firm.business):
            for nth in range(number):
                people = [a_contact(firm.business) for _ in range(1 if nth % 10 else 3)]
                due_at = clock.now() + timedelta(seconds=within_seconds * chance.random())
                a_letter(firm.business, *people, due_at=due_at)
        left -= number
    connection.close()
