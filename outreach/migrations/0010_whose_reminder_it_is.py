"""Reminders are handed on and skipped; letters and links of members."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import businesses.models
from businesses.operations import TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0005_what_each_member_hears"),
        ("contacts", "0002_left_in_peace"),
        ("outreach", "0009_plans_of_ones_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="link",
            name="link_one_live",
        ),
        migrations.RemoveConstraint(
            model_name="link",
            name="link_purpose_known",
        ),
        migrations.AddField(
            model_name="accountmessage",
            name="dedupe_key",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="accountmessage",
            name="useless_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="link",
            name="member_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reminder",
            name="assignee",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="businesses.membership",
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="skipped_because",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="link",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("introduction", "the prospect's page"),
                    ("advocate", "the advocate's page"),
                    ("vouch", "the vouching page"),
                    ("feedback", "the feedback page"),
                    ("unsubscribe", "the page that stops mail"),
                    ("reminder", "a member's page of one thing to do"),
                    ("mornings", "the page that stops a member's morning letters"),
                    ("months", "the page that stops a member's monthly letters"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dedupe_key", ""), _negated=True),
                fields=("dedupe_key",),
                name="account_message_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=(
                    "business",
                    "purpose",
                    "subject_label",
                    "subject_id",
                    "contact_id",
                    "member_id",
                ),
                name="link_one_live",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "introduction",
                            "advocate",
                            "vouch",
                            "feedback",
                            "unsubscribe",
                            "reminder",
                            "mornings",
                            "months",
                        ],
                    )
                ),
                name="link_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("skipped_because", ""), ("closed_at__isnull", False), _connector="OR"
                ),
                name="reminder_skipped_is_closed",
            ),
        ),
        TenantKey("Reminder", "assignee", emptied=True),
    ]
