"""What advocates set themselves, and what an ask carries beside its words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0006_how_often_and_for_whom_is_asked"),
        ("contacts", "0002_left_in_peace"),
        ("introductions", "0001_asks_introductions_and_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="advocate",
            name="not_before",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="advocate",
            name="only_about",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="advocate",
            name="weeks_between_asks",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ask",
            name="blurb",
            field=models.TextField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name="ask",
            name="checked_against",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="ask",
            name="nudged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ask",
            name="overridden",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="ask",
            name="override_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="advocate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weeks_between_asks", None),
                    models.Q(("weeks_between_asks__gte", 1), ("weeks_between_asks__lte", 104)),
                    _connector="OR",
                ),
                name="advocate_weeks_sane",
            ),
        ),
    ]
