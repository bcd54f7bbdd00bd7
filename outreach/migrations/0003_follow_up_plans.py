"""Follow-up plans, and who is on them."""

import django.db.models.constraints
import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable, GrantAcross


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0002_api_keys"),
        ("contacts", "0001_people_and_firms"),
        ("outreach", "0002_keep_the_plans_of_sending"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cadence",
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
                ("key", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=100)),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("by_hand", "when you begin it for somebody"),
                            ("handshake", "when somebody was introduced or sent to you"),
                            ("met", "when you have met"),
                            ("won", "when it became business"),
                            ("lost", "when nothing came of it"),
                            ("ask_sent", "when you have asked somebody for an introduction"),
                            ("thanks_introduction", "when you owe thanks for an introduction"),
                            ("thanks_win", "when you owe thanks for business"),
                            ("advocate_waits", "when somebody introduced you to a person"),
                            (
                                "touch_due",
                                "when somebody of your inner circle has waited for a week",
                            ),
                            ("partner_quiet", "when a partner firm has been quiet for 60 days"),
                            (
                                "anniversary",
                                "each year, on the day of somebody's first introduction",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
        ),
        migrations.CreateModel(
            name="CadenceStep",
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
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("letter", "A letter"), ("reminder", "A reminder to you")],
                        max_length=8,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("after", "days later"),
                            ("working_day", "days later, on the next working day"),
                            ("before", "days before the day itself"),
                        ],
                        default="after",
                        max_length=11,
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("always", "in any case"),
                            ("no_touch", "only if you have not been in touch since"),
                        ],
                        default="always",
                        max_length=8,
                    ),
                ),
                ("automatic", models.BooleanField(default=False)),
                (
                    "reminder_kind",
                    models.CharField(
                        choices=[
                            ("put_right", "Put right"),
                            ("thank", "Thank"),
                            ("follow_up", "Follow up"),
                            ("ask", "Ask"),
                            ("keep_in_touch", "Keep in touch"),
                            ("reward", "Reward"),
                        ],
                        default="follow_up",
                        max_length=13,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("words", models.TextField(max_length=4000)),
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
                    "cadence",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="outreach.cadence",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
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
                ("subject_label", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("anchor_on", models.DateField(blank=True, null=True)),
                ("dedupe", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Going on"),
                            ("finished", "Came to its end"),
                            ("stopped", "Stopped"),
                        ],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("next_position", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                    "cadence",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolments",
                        to="outreach.cadence",
                    ),
                ),
                (
                    "contact",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolments",
                        to="contacts.contact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepTaken",
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
                ("position", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("drafted", "A letter waits for your look"),
                            ("sent", "Sent"),
                            ("reminded", "You were reminded"),
                            ("skipped", "Skipped"),
                            ("dismissed", "Not sent"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
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
                    "enrolment",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken",
                        to="outreach.enrolment",
                    ),
                ),
                (
                    "message",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "reminder",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="outreach.reminder",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("business", "key"),
                name="cadence_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "trigger__in",
                        [
                            "by_hand",
                            "handshake",
                            "met",
                            "won",
                            "lost",
                            "ask_sent",
                            "thanks_introduction",
                            "thanks_win",
                            "advocate_waits",
                            "touch_due",
                            "partner_quiet",
                            "anniversary",
                        ],
                    )
                ),
                name="cadence_trigger_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("business", "cadence", "position"),
                name="step_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["letter", "reminder"])), name="step_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__lte", 730)), name="step_delay_within_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="cadencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "letter"), ("automatic", False), _connector="OR"),
                name="step_letters_leave",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["due_at"], name="enrolment_due"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["business", "subject_label", "subject_id"], name="enrolment_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["business", "state", "due_at"], name="enrolment_state"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                fields=("business", "cadence", "dedupe"), name="enrolment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True),
                        ("due_at__isnull", False),
                        ("next_position__isnull", False),
                        ("state", "active"),
                    ),
                    models.Q(
                        models.Q(("state", "active"), _negated=True),
                        ("closed_at__isnull", False),
                        ("due_at__isnull", True),
                        ("next_position__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="enrolment_active_while_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="steptaken",
            constraint=models.UniqueConstraint(
                fields=("business", "enrolment", "position"), name="step_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="steptaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["drafted", "sent", "reminded", "skipped", "dismissed"])
                ),
                name="step_taken_outcome_known",
            ),
        ),
        FenceTable("Cadence"),
        FenceTable("CadenceStep"),
        FenceTable("Enrolment"),
        FenceTable("StepTaken"),
        # What the sweep that takes due steps claims by, and no more.
        GrantAcross("Enrolment", select=["id", "business_id", "state", "due_at"]),
    ]
