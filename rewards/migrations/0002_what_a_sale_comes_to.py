"""What a sale comes to: shares, a rate that is missing, and what fell with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0010_what_it_costs"),
        ("contacts", "0005_how_customers_found_the_business"),
        ("introductions", "0006_terms_that_were_shown"),
        ("referrals", "0004_gratitude_in_full"),
        ("rewards", "0001_rules_rewards_codes_and_flags"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rewardflag",
            name="reward_flag_once",
        ),
        migrations.RemoveConstraint(
            model_name="rewardflag",
            name="reward_flag_known",
        ),
        migrations.AddField(
            model_name="reward",
            name="fell_with_sale",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="reward",
            name="lacks_rate",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="reward",
            name="share",
            field=models.PositiveSmallIntegerField(db_default=100, default=100),
        ),
        migrations.AlterField(
            model_name="rewardflag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("same_mailbox", "Both have the same mailbox"),
                    ("same_phone", "Both have the same phone number"),
                    ("same_household", "Both live at the same address"),
                    ("ring", "They send each other"),
                    ("known", "They were a customer before"),
                    ("disposable", "The address is one of those thrown away"),
                    ("refunded", "Given for a sale that was given back"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share__lte", 100),
                    models.Q(("fell_with_sale", False), ("state", "void"), _connector="OR"),
                    models.Q(
                        ("lacks_rate", ""),
                        models.Q(
                            ("lacks_rate__regex", "^[A-Z]{3}$"),
                            models.Q(("state", "given"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                name="reward_sale_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "refunded"), _negated=True),
                    ("settled_at", None),
                    _connector="OR",
                ),
                fields=("business", "referral", "kind"),
                name="reward_flag_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "same_mailbox",
                            "same_phone",
                            "same_household",
                            "ring",
                            "known",
                            "disposable",
                            "refunded",
                        ],
                    )
                ),
                name="reward_flag_known",
            ),
        ),
    ]
