"""`manage.py demo`: a believable small firm to look at, with two years behind it."""

import gc
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from businesses import clock
from demo.firm import ensure_api_key, find_firm
from demo.removal import remove_business
from demo.story import tell_story

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Command(BaseCommand):
    help = "Make the demo business, unless it is there. Only where mail stays on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="delete the demo business and make it anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_real_people()
        firm = find_firm()
        if firm is not None and not options["reset"]:
            ensure_api_key(firm=firm, now=clock.now())
            self.stdout.write("The demo business is there already; --reset makes it anew.")
            return
        refuse_where_mail_leaves()
        if firm is not None:
            try:
                remove_business(firm.pk)
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from error
        gc.disable()  # Nearly all that the story makes is kept; looking for rubbish costs a tenth.
        try:
            business = tell_story(now=clock.now())
        finally:
            gc.enable()
        ensure_api_key(firm=business, now=clock.now())
        self.stdout.write(f"{business.name} is there. Sign in as {settings.DEMO_EMAIL}.")


def refuse_real_people() -> None:
    """The demo is for this machine, and its owner's address must be nobody's."""
    if not settings.LOCAL:
        raise CommandError("The demo business is for local mode only (LOCAL is not set).")
    if not settings.DEMO_EMAIL.endswith(".example"):
        raise CommandError("DEMO_EMAIL must end in .example, so that it is nobody's.")


def refuse_where_mail_leaves() -> None:
    """The demo's people do not exist; a letter to one of them must not reach a real server."""
    if settings.EMAIL_PROVIDER or settings.EMAIL_HOST not in LOOPBACK:
        raise CommandError(
            "The demo business is refused: EMAIL_URL leads to a mail server elsewhere, and its "
            "people do not exist."
        )
