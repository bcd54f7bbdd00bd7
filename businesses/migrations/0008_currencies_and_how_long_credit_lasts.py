"""The currencies a business uses, and how long what somebody brings counts for who sent them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="credit_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="other_currencies",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=3),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit_months", None),
                    models.Q(("credit_months__gte", 1), ("credit_months__lte", 600)),
                    _connector="OR",
                ),
                name="business_credits_for_months",
                violation_error_message="What somebody brings counts for 1 to 600 months.",
            ),
        ),
    ]
