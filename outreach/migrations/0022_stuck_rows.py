"""What a sweep fails at is kept, so that somebody sees it."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0004_a_business_may_be_paused"),
        ("outreach", "0021_steps_in_another_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="StuckRow",
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
                ("label", models.CharField(max_length=40)),
                ("row_id", models.UUIDField()),
                ("problem", models.CharField(max_length=120)),
                ("tried_at", models.DateTimeField()),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("business", "label", "row_id"), name="stuck_row_once"
                    )
                ],
            },
        ),
        FenceTable("StuckRow"),
    ]
