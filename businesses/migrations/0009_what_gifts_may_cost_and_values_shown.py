"""What gifts to one person may cost in a year, and since when advocates may read values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0008_currencies_and_how_long_credit_lasts"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="gift_ceiling",
            field=models.BigIntegerField(blank=True, default=5000, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="values_shown_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gift_ceiling", None), ("gift_ceiling__gte", 0), _connector="OR"
                ),
                name="business_gifts_cost_something",
                violation_error_message="A ceiling is an amount, or none.",
            ),
        ),
    ]
