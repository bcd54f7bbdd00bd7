"""What is worth a look may be known before a yes: then it is about the introduction alone."""

import django.db.models.deletion
from django.db import migrations, models

import businesses.models
from businesses.operations import TenantKey

KINDS = [
    ("same_mailbox", "Both have the same mailbox"),
    ("same_phone", "Both have the same phone number"),
    ("same_household", "Both live at the same address"),
    ("ring", "They send each other"),
    ("known", "They were a customer before"),
    ("disposable", "The address is one of those thrown away"),
    ("unanswered", "Many introductions, and no answer"),
    ("refunded", "More was given than is due for the sale"),
]
# On the way back there is no place for these.
FORGET = "DELETE FROM rewards_rewardflag WHERE referral_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("introductions", "0007_terms_without_a_name"),
        ("referrals", "0006_terms_without_a_name"),
        ("rewards", "0005_whom_it_is_in_common_with"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="rewardflag", name="reward_flag_once"),
        migrations.RemoveConstraint(model_name="rewardflag", name="reward_flag_known"),
        migrations.AddField(
            model_name="rewardflag",
            name="introduction",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="introductions.introduction",
            ),
        ),
        migrations.AlterField(
            model_name="rewardflag",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=14),
        ),
        migrations.AlterField(
            model_name="rewardflag",
            name="referral",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="referrals.referral",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "refunded"), _negated=True),
                    ("settled_at", None),
                    _connector="OR",
                ),
                fields=("business", "referral", "introduction", "kind", "advocate_key"),
                name="reward_flag_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [key for key, _ in KINDS])),
                name="reward_flag_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.CheckConstraint(
                condition=models.Q(("introduction__isnull", False), ("referral", None))
                | models.Q(("introduction", None), ("referral__isnull", False)),
                name="reward_flag_about_one",
            ),
        ),
        TenantKey("RewardFlag", "introduction"),
    ]
