"""`manage.py hold_all_mail`: nothing leaves until `release_mail`. Before workers start again."""

from typing import Any

from django.core.management.base import BaseCommand

from businesses import clock
from outreach.services import hold_all_mail


class Command(BaseCommand):
    help = "Hold all mail of this installation: after a restore, before any worker is started."

    def handle(self, *args: Any, **options: Any) -> None:
        hold = hold_all_mail(now=clock.now())
        self.stdout.write(
            f"All mail is held since {hold.since:%Y-%m-%d %H:%M} UTC. Only letters about accounts "
            "that are queued from then on leave. `release_mail` shows what would go."
        )
