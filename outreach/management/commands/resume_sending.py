"""`manage.py resume_sending SLUG`: let a business send again that complaints had paused."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from outreach.services import resume_sending


class Command(BaseCommand):
    help = "Let a business send again whose letters wait because too many were marked as unwanted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the business, as in its address /b/SLUG/")

    def handle(self, *args: Any, **options: Any) -> None:
        business = Business.objects.filter(slug=options["slug"]).first()
        if business is None:
            raise CommandError(f"There is no business at /b/{options['slug']}/.")
        if not business.is_paused:
            self.stdout.write(f"{business} is not paused.")
            return
        with transaction.atomic(), acting_for(business):
            count = resume_sending(business=business, by=SYSTEM, now=clock.now())
        letters = "1 letter goes" if count == 1 else f"{count} letters go"
        self.stdout.write(f"{business} may send again; {letters} out now.")
