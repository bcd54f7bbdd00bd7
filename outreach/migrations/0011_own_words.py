"""A business's own words for a letter."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0004_a_business_may_be_paused"),
        ("outreach", "0010_whose_reminder_it_is"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnWords",
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
                ("letter", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(max_length=4000)),
                ("changed_at", models.DateTimeField()),
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
                "verbose_name_plural": "own words",
                "constraints": [
                    models.UniqueConstraint(fields=("business", "letter"), name="own_words_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", ""), _negated=True),
                            models.Q(("body", ""), _negated=True),
                        ),
                        name="own_words_say_something",
                    ),
                ],
            },
        ),
        FenceTable("OwnWords"),
    ]
