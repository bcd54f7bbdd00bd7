"""What guests read of a business: its profile, its picture, and who of its people says what."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0006_how_often_and_for_whom_is_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="booking_link",
            field=models.URLField(blank=True),
        ),
        migrations.AddField(
            model_name="business",
            name="difference",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="what is different about you"
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="first_talk",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="what the first talk gives"
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="town",
            field=models.CharField(blank=True, max_length=75),
        ),
        migrations.AddField(
            model_name="membership",
            name="self_introduction",
            field=models.TextField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name="Picture",
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
                ("image", models.BinaryField()),
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
                    models.UniqueConstraint(fields=("business",), name="picture_one_each")
                ],
            },
        ),
        FenceTable("Picture"),
    ]
