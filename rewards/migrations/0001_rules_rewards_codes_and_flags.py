"""Terms, what was earned under them, codes, and what to look at first."""

import django.core.validators
import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("contacts", "0004_what_partner_firms_are_for"),
        ("introductions", "0006_terms_that_were_shown"),
        ("referrals", "0002_claims_of_credit"),
    ]

    operations = [
        migrations.CreateModel(
            name="RewardTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=businesses.clock.now)),
                ("version", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
                ("rules", models.JSONField(default=list)),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                    ),
                ),
                ("ceiling", models.BigIntegerField(default=0)),
                ("sale_not_allowed", models.BooleanField(default=False)),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "reward terms",
            },
        ),
        migrations.CreateModel(
            name="Reward",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=businesses.clock.now)),
                (
                    "person",
                    models.CharField(
                        choices=[
                            ("advocate", "Whoever introduces"),
                            ("prospect", "Whoever is introduced"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("introduction", "The introduction is made"),
                            ("handshake", "Both sides have said yes"),
                            ("met", "You have met"),
                            ("won", "They become a customer"),
                            ("won_above", "They become a customer for more than"),
                            ("nth", "Each time so many have said yes"),
                            ("taking_part", "Their first introduction"),
                        ],
                        max_length=12,
                    ),
                ),
                ("person_key", models.UUIDField()),
                ("cause_id", models.UUIDField()),
                ("rule_key", models.CharField(max_length=16)),
                ("rule", models.JSONField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("code", "A discount code"),
                            ("credit", "Credit with you"),
                            ("gift_card", "A gift card"),
                            ("access", "Something others cannot have"),
                            ("donation", "A donation"),
                            ("gift", "A small gift"),
                            ("thanks", "Thanks in public"),
                        ],
                        max_length=9,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("earned", "Earned"),
                            ("approved", "Approved"),
                            ("given", "Given"),
                            ("void", "Void"),
                        ],
                        default="earned",
                        max_length=8,
                    ),
                ),
                ("earned_at", models.DateTimeField()),
                ("hold_until", models.DateField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("void_because", models.CharField(blank=True, max_length=300)),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
                (
                    "contact",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rewards",
                        to="contacts.contact",
                    ),
                ),
                (
                    "introduction",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rewards",
                        to="introductions.introduction",
                    ),
                ),
                (
                    "referral",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rewards",
                        to="referrals.referral",
                    ),
                ),
                (
                    "terms",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewards",
                        to="rewards.rewardterms",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RewardCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=businesses.clock.now)),
                ("code", models.CharField(max_length=80)),
                ("list_name", models.CharField(blank=True, max_length=40)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
                (
                    "reward",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="rewards.reward",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reward__isnull", True)),
                        fields=["business", "list_name", "id"],
                        name="reward_code_left",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("business", "code"), name="reward_code_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("reward__isnull", False)),
                        fields=("business", "reward"),
                        name="reward_code_one_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True), name="reward_code_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_at", None), ("reward", None)),
                            models.Q(("given_at__isnull", False), ("reward__isnull", False)),
                            _connector="OR",
                        ),
                        name="reward_code_given_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardFlag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=businesses.clock.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same_mailbox", "Both have the same mailbox"),
                            ("same_phone", "Both have the same phone number"),
                            ("same_household", "Both live at the same address"),
                            ("ring", "They send each other"),
                            ("known", "They were a customer before"),
                            ("disposable", "The address is one of those thrown away"),
                        ],
                        max_length=14,
                    ),
                ),
                ("evidence", models.JSONField(default=dict)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("is_fine", models.BooleanField(blank=True, null=True)),
                ("words", models.CharField(blank=True, max_length=300)),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
                (
                    "referral",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("business", "referral", "kind"), name="reward_flag_once"
                    ),
                    models.CheckConstraint(
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
                                ],
                            )
                        ),
                        name="reward_flag_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_fine", None), ("settled_at", None)),
                            models.Q(("is_fine__isnull", False), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="reward_flag_settled_whole",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="rewardterms",
            constraint=models.UniqueConstraint(
                fields=("business", "version"), name="terms_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rewardterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("ceiling__gte", 0)), name="terms_ceiling_sane"
            ),
        ),
        migrations.AddIndex(
            model_name="reward",
            index=models.Index(fields=["business", "state", "-earned_at"], name="reward_state"),
        ),
        migrations.AddIndex(
            model_name="reward",
            index=models.Index(
                fields=["business", "person_key", "earned_at"], name="reward_of_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.UniqueConstraint(
                fields=("business", "person_key", "trigger", "cause_id", "rule_key"),
                name="reward_once_a_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="reward_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="reward_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__in", ["advocate", "prospect"]),
                    (
                        "trigger__in",
                        [
                            "introduction",
                            "handshake",
                            "met",
                            "won",
                            "won_above",
                            "nth",
                            "taking_part",
                        ],
                    ),
                    (
                        "what__in",
                        ["code", "credit", "gift_card", "access", "donation", "gift", "thanks"],
                    ),
                ),
                name="reward_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at", None),
                        ("closed_at", None),
                        ("state", "earned"),
                        ("void_because", ""),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("closed_at", None),
                        ("state", "approved"),
                        ("void_because", ""),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("closed_at__isnull", False),
                        ("state", "given"),
                        ("void_because", ""),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state", "void"),
                        models.Q(("void_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reward_state_whole",
            ),
        ),
        FenceTable("RewardTerms"),
        FenceTable("Reward"),
        FenceTable("RewardCode"),
        FenceTable("RewardFlag"),
    ]
