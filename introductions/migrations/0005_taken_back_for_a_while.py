"""What the business took back can be taken up again for a while, before it is emptied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("contacts", "0004_what_partner_firms_are_for"),
        ("introductions", "0004_how_it_was_when_two_were_brought_together"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="introduction",
            name="introduction_nothing_kept",
        ),
        migrations.AddField(
            model_name="introduction",
            name="taken_back_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="introduction",
            name="taken_back_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("vouching", "Waiting to be confirmed"),
                    ("unvouched", "Not confirmed"),
                    ("unknown", "Not known to the advocate"),
                    ("shared", "Shared"),
                    ("offered", "Offered"),
                    ("accepted", "Said yes"),
                    ("handshake", "Introduced"),
                    ("not_now", "Not now"),
                    ("declined", "Said no"),
                    ("expired", "No answer"),
                    ("withdrawn", "Withdrawn"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("erased_at__isnull", True),
                        models.Q(
                            ("state", "expired"),
                            models.Q(("state", "withdrawn"), ("taken_back_from", "")),
                            _connector="OR",
                            _negated=True,
                        ),
                    ),
                    models.Q(
                        ("erased_at__isnull", False),
                        ("prospect_email", ""),
                        ("prospect_first_name", ""),
                        ("prospect_phone", ""),
                        ("prospect_sentence", ""),
                        ("reach_by", ""),
                        ("taken_back_from", ""),
                        ("words", ""),
                    ),
                    _connector="OR",
                ),
                name="introduction_nothing_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_due_at", None), ("taken_back_from", "")),
                    models.Q(
                        models.Q(("taken_back_from", ""), _negated=True),
                        ("due_at__isnull", False),
                        ("state", "withdrawn"),
                    ),
                    _connector="OR",
                ),
                name="introduction_taken_back_whole",
            ),
        ),
    ]
