"""How long an ask rests, and of whom the business helps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0005_what_each_member_hears"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="blurb",
            field=models.TextField(
                blank=True, max_length=600, verbose_name="whom you help, to be passed on"
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="weeks_between_asks",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddConstraint(
            model_name="business",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weeks_between_asks__gte", 1), ("weeks_between_asks__lte", 104)
                ),
                name="business_asks_rest",
                violation_error_message="An ask rests from 1 to 104 weeks.",
            ),
        ),
    ]
