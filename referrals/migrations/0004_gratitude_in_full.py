"""Thanks for more than introductions, gifts with their cost, an answer, words in public."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0009_what_gifts_may_cost_and_values_shown"),
        ("introductions", "0004_how_it_was_when_two_were_brought_together"),
        ("referrals", "0003_many_amounts_plans_and_reasons"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="thankyou",
            name="thanks_reason_known",
        ),
        migrations.AddField(
            model_name="thankyou",
            name="gift_because",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="gift_cost",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="gift_currency",
            field=models.CharField(
                blank=True,
                max_length=3,
                validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
            ),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="note",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="pleased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="public_answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="public_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="public_name",
            field=models.CharField(blank=True, max_length=75),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="public_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not asked"),
                    ("asked", "Asked"),
                    ("allowed", "Allowed"),
                    ("declined", "Rather not"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="thankyou",
            name="public_words",
            field=models.TextField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="thankyou",
            name="reason",
            field=models.CharField(
                choices=[
                    ("introduction", "For an introduction"),
                    ("business", "For business that came of it"),
                    ("speaking_up", "For speaking up for us"),
                    ("helping", "For helping another customer"),
                    ("review", "For a review"),
                    ("story", "For a success story"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="thankyou",
            index=models.Index(
                condition=models.Q(("public_state", "allowed")),
                fields=["business", "-public_answered_at"],
                name="thanks_on_the_wall",
            ),
        ),
        migrations.AddConstraint(
            model_name="thankyou",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gift_because", ""), ("gift_cost", None), ("gift_currency", "")),
                    models.Q(
                        ("gift_cost__gte", 0),
                        ("gift_currency__regex", "^[A-Z]{3}$"),
                        ("how", "gift"),
                    ),
                    _connector="OR",
                ),
                name="thanks_gift_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="thankyou",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("public_answered_at", None),
                        ("public_asked_at", None),
                        ("public_name", ""),
                        ("public_state", ""),
                        ("public_words", ""),
                    ),
                    models.Q(
                        ("public_asked_at__isnull", False),
                        ("public_state__in", ["", "asked", "allowed", "declined"]),
                        models.Q(("public_state", ""), _negated=True),
                        models.Q(("public_words", ""), _negated=True),
                        models.Q(("public_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="thanks_public_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="thankyou",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["introduction", "business", "speaking_up", "helping", "review", "story"],
                    )
                ),
                name="thanks_reason_known",
            ),
        ),
    ]
