"""What the advocate says of the day on which they brought two people together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("contacts", "0003_known_to_be_happy_and_tags"),
        ("introductions", "0003_coming_by_a_link"),
    ]

    operations = [
        migrations.AddField(
            model_name="introduction",
            name="meeting_moves",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="introduction",
            name="met",
            field=models.CharField(
                blank=True,
                choices=[("took_place", "It took place"), ("not", "It did not come about")],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="introduction",
            name="met_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="introduction",
            name="met_words",
            field=models.TextField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met", ""), ("met_told_at__isnull", True), ("met_words", "")),
                    models.Q(
                        ("meets_on__isnull", False),
                        ("met__in", ["took_place", "not"]),
                        ("met_told_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="introduction_met_whole",
            ),
        ),
    ]
