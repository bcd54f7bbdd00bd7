"""Under which id somebody was known before two entries became one person."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0010_what_it_costs"),
        ("contacts", "0006_people_who_were_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="Formerly",
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
                ("former_id", models.UUIDField()),
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
                    "contact",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="formerly",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={"verbose_name_plural": "former ids"},
        ),
        FenceTable("Formerly"),
        migrations.AddConstraint(
            model_name="formerly",
            constraint=models.UniqueConstraint(
                fields=("business", "label", "former_id"), name="formerly_leads_to_one"
            ),
        ),
    ]
