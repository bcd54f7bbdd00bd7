"""Introductions that begin with a prospect who came by a link, and what advocates add."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0005_what_each_member_hears"),
        ("contacts", "0002_left_in_peace"),
        ("introductions", "0002_limits_and_how_an_ask_is_made"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="consent",
            name="consent_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="introduction",
            name="introduction_one_open",
        ),
        migrations.RemoveConstraint(
            model_name="introduction",
            name="introduction_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="introduction",
            name="introduction_via_known",
        ),
        migrations.AddField(
            model_name="introduction",
            name="depth",
            field=models.CharField(
                blank=True,
                choices=[
                    ("name", "I know their name"),
                    ("met", "We have met"),
                    ("knows", "We know each other"),
                    ("told", "We know each other well, and I told them about you"),
                    ("together", "I will bring you together"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="introduction",
            name="meets_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="introduction",
            name="meets_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="introduction",
            name="meets_place",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="introduction",
            name="vouched_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="introduction",
            name="wants",
            field=models.CharField(
                choices=[
                    ("steps", "That you met and how it ended"),
                    ("end", "Only how it ended"),
                    ("nothing", "Nothing, I am sure it goes well"),
                ],
                db_default="steps",
                default="steps",
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("introduced", "To be introduced to each other"),
                    ("hears", "What the advocate may hear"),
                    ("sent_for_me", "That we write to the prospect in the advocate's name"),
                    ("vouched", "That they know the prospect"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="introduction",
            name="former_state",
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
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="introduction",
            name="state",
            field=models.CharField(
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
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="introduction",
            name="via",
            field=models.CharField(
                choices=[
                    ("self", "The advocate sends it"),
                    ("for_me", "We send it for the advocate"),
                    ("link", "They came by the advocate's own link"),
                ],
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["introduced", "hears", "sent_for_me", "vouched"])),
                name="consent_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(("depth__in", ["", "name", "met", "knows", "told", "together"])),
                name="introduction_depth_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(("wants__in", ["steps", "end", "nothing"])),
                name="introduction_wants_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True), ("meets_place", ""), _connector="OR"
                ),
                name="introduction_no_place_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["accepted", "not_now", "offered", "shared", "unvouched", "vouching"],
                    ),
                    models.Q(("prospect_hash", ""), _negated=True),
                ),
                fields=("business", "advocate", "prospect_hash"),
                name="introduction_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "vouching",
                            "unvouched",
                            "unknown",
                            "shared",
                            "offered",
                            "accepted",
                            "handshake",
                            "not_now",
                            "declined",
                            "expired",
                            "withdrawn",
                        ],
                    )
                ),
                name="introduction_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(("via__in", ["self", "for_me", "link"])),
                name="introduction_via_known",
            ),
        ),
    ]
