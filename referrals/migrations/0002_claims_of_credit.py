"""What advocates say of introductions that are credited to somebody else."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("introductions", "0001_asks_introductions_and_consent"),
        ("referrals", "0001_referrals_business_and_thanks"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=businesses.clock.now)),
                ("person", models.CharField(max_length=75)),
                ("words", models.TextField(blank=True, max_length=500)),
                ("answer", models.TextField(blank=True, max_length=1000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "advocate",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="introductions.advocate",
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
                (
                    "referral",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", ""), _negated=True),
                        name="claim_about_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claim_answered_in_words",
                    ),
                ],
            },
        ),
        FenceTable("CreditClaim"),
    ]
