"""Amounts given back and put right as rows; what comes next with whom; reasons and rates."""

import django.core.validators
import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable, TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0008_currencies_and_how_long_credit_lasts"),
        ("contacts", "0004_what_partner_firms_are_for"),
        ("introductions", "0004_how_it_was_when_two_were_brought_together"),
        ("referrals", "0002_claims_of_credit"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
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
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18)),
                ("since", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="LossReason",
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
                ("key", models.CharField(max_length=36)),
                ("words", models.CharField(max_length=100)),
                ("is_offered", models.BooleanField(default=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="closedbusiness",
            name="closed_business_positive",
        ),
        migrations.AddField(
            model_name="closedbusiness",
            name="every",
            field=models.CharField(
                blank=True,
                choices=[
                    ("month", "Every month"),
                    ("quarter", "Every quarter"),
                    ("year", "Every year"),
                ],
                db_default="",
                default="",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="closedbusiness",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sale", "Came in"),
                    ("again", "Came in again"),
                    ("refund", "Given back"),
                    ("correction", "Put right"),
                ],
                db_default="sale",
                default="sale",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="closedbusiness",
            name="refers_to",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="referring",
                to="referrals.closedbusiness",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="expected_amount",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="expected_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="referral",
            name="next_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="next_step",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="referral",
            name="note",
            field=models.TextField(blank=True, db_default="", default="", max_length=5000),
        ),
        migrations.AlterField(
            model_name="referral",
            name="lost_reason",
            field=models.CharField(blank=True, max_length=36),
        ),
        migrations.AddConstraint(
            model_name="closedbusiness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("kind", "sale"), ("refers_to", None)),
                    models.Q(("amount__gt", 0), ("kind", "again"), ("refers_to__isnull", False)),
                    models.Q(("amount__lt", 0), ("kind", "refund"), ("refers_to__isnull", False)),
                    models.Q(
                        ("kind", "correction"),
                        ("refers_to__isnull", False),
                        models.Q(("amount", 0), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closed_business_signs",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedbusiness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("every", ""),
                    models.Q(("every__in", ["month", "quarter", "year"]), ("kind", "sale")),
                    _connector="OR",
                ),
                name="closed_business_repeats",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expected_amount", None), ("expected_currency", "")),
                    models.Q(
                        ("expected_amount__gt", 0), ("expected_currency__regex", "^[A-Z]{3}$")
                    ),
                    _connector="OR",
                ),
                name="referral_expects_money",
            ),
        ),
        migrations.AddField(
            model_name="exchangerate",
            name="business",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="businesses.business",
            ),
        ),
        migrations.AddField(
            model_name="lossreason",
            name="business",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="businesses.business",
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerate",
            constraint=models.UniqueConstraint(
                fields=("business", "currency", "since"), name="exchange_rate_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gt", 0), ("currency__regex", "^[A-Z]{3}$")),
                name="exchange_rate_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="lossreason",
            constraint=models.UniqueConstraint(fields=("business", "key"), name="loss_reason_once"),
        ),
        migrations.AddConstraint(
            model_name="lossreason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), _negated=True), models.Q(("words", ""), _negated=True)
                ),
                name="loss_reason_worded",
            ),
        ),
        FenceTable("ExchangeRate"),
        FenceTable("LossReason"),
        TenantKey("ClosedBusiness", "refers_to"),
    ]
