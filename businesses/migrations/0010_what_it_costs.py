"""What the owner reckons with: cards, hours, minutes and advertising."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0009_what_gifts_may_cost_and_values_shown"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="advertising_a_month",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="card_costs",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="hour_costs",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="minutes_each",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
