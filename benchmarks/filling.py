"""One business of 100,000 people and nine of 1,000."""

import itertools
from datetime import timedelta

from django.db import connection, transaction

from benchmarks.firm import Firm
from businesses import clock
from businesses.models import Business, Membership, User
from businesses.services import open_business
from businesses.tenancy import as_schema_owner

LARGE = 100_000
SMALL = 1_000
SMALL_ONES = 9


def fill(seed: int, large: int, small: int) -> None:
    """Fill an empty database, which is migrated, as the schema owner."""
    sizes = {f"small-{n}": small for n in range(1, SMALL_ONES + 1)} | {"large": large}
    now = clock.now()
    positions = itertools.count(1)
    with as_schema_owner():
        for slug, people in sizes.items():
            with transaction.atomic():
                membership = _opened(slug)
                Firm(
                    membership,
                    people=people,
                    seed=f"{seed} {slug}",
                    now=now,
                    position=lambda: next(positions),
                ).fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _opened(slug: str) -> Membership:
    now = clock.now()
    owner = User.objects.create_user(f"owner@{slug}.example", name="Alice Lindqvist")
    business = open_business(
        user=owner,
        tagline="Bookkeeping for small workshops",
        timezone="Europe/Stockholm",
        country="SE",
        currency="EUR",
        locale="en_GB",
        now=now,
    )
    Business.objects.filter(pk=business.pk).update(
        slug=slug,
        name=f"Lindqvist Bookkeeping {slug}",
        postal_address="Harbour Street 1, 222 22 Lund, Sweden",
        # Long ago, so that it may send as many letters a day as anybody.
        confirmed_at=now - timedelta(days=365),
        letters_from=0,
        letters_until=24,
        letter_days="1234567",
        keeps_holidays=False,
    )
    return Membership.objects.select_related("business", "user").get(business=business)
