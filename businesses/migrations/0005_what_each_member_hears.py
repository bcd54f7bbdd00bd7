"""A member's own mail: when it comes, and what was told last."""

from django.db import migrations, models

import businesses.models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0004_a_business_may_be_paused"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="letters_due_at",
            field=models.DateTimeField(blank=True, default=businesses.models.first_look, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="month_letter",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="morning_hour",
            field=models.PositiveSmallIntegerField(default=8),
        ),
        migrations.AddField(
            model_name="membership",
            name="morning_letter",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="timezone",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="membership",
            name="told_in_month",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("letters_due_at__isnull", False)),
                fields=["letters_due_at"],
                name="membership_letters_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("business", "id"), name="membership_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("morning_hour__gte", 5), ("morning_hour__lte", 11)),
                name="membership_morning_is_one",
            ),
        ),
    ]
