"""Two people whom a business introduces to each other, and what became of it."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable, GrantAcross


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("contacts", "0004_what_partner_firms_are_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenIntroduction",
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
                ("first_words", models.TextField(blank=True, max_length=2000)),
                ("second_words", models.TextField(blank=True, max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("asked", "Both are asked"),
                            ("one_yes", "One said yes"),
                            ("agreed", "Both said yes"),
                            ("handshake", "Introduced"),
                            ("declined", "One said no"),
                            ("expired", "No answer"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "first_answer",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No, thank you")], max_length=3
                    ),
                ),
                (
                    "second_answer",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No, thank you")], max_length=3
                    ),
                ),
                ("first_answered_at", models.DateTimeField(blank=True, null=True)),
                ("second_answered_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("shook_hands_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("talking", "We are talking"),
                            ("met", "We have met"),
                            ("together", "We work together"),
                            ("no_fit", "It did not fit"),
                        ],
                        max_length=8,
                    ),
                ),
                ("outcome_words", models.CharField(blank=True, max_length=500)),
                ("outcome_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first", "The first of the two"),
                            ("second", "The second of the two"),
                        ],
                        max_length=6,
                    ),
                ),
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
                    "first",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="given_as_first",
                        to="contacts.contact",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    businesses.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="customers_sent",
                        to="contacts.company",
                    ),
                ),
                (
                    "second",
                    businesses.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="given_as_second",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["business", "state", "-created_at"], name="given_state"),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="given_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "asked",
                                    "one_yes",
                                    "agreed",
                                    "handshake",
                                    "declined",
                                    "expired",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="given_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="given_to_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("first_answer", ""),
                                ("second_answer", ""),
                                ("state__in", ["draft", "asked"]),
                            ),
                            models.Q(
                                models.Q(
                                    models.Q(("first_answer", "yes"), ("second_answer", "")),
                                    models.Q(("first_answer", ""), ("second_answer", "yes")),
                                    _connector="OR",
                                ),
                                ("state", "one_yes"),
                            ),
                            models.Q(
                                models.Q(("first_answer", "yes"), ("second_answer", "yes")),
                                ("state__in", ["agreed", "handshake"]),
                            ),
                            models.Q(
                                models.Q(
                                    models.Q(
                                        ("first_answer", "no"),
                                        models.Q(("second_answer", "no"), _negated=True),
                                    ),
                                    models.Q(
                                        ("second_answer", "no"),
                                        models.Q(("first_answer", "no"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                ("state", "declined"),
                            ),
                            models.Q(
                                models.Q(
                                    models.Q(("first_answer", "yes"), ("second_answer", "")),
                                    models.Q(("first_answer", ""), ("second_answer", "yes")),
                                    models.Q(("first_answer", ""), ("second_answer", "")),
                                    _connector="OR",
                                ),
                                ("state", "expired"),
                            ),
                            models.Q(
                                models.Q(
                                    models.Q(("first_answer", "yes"), ("second_answer", "yes")),
                                    models.Q(("first_answer", "yes"), ("second_answer", "")),
                                    models.Q(("first_answer", ""), ("second_answer", "yes")),
                                    models.Q(("first_answer", ""), ("second_answer", "")),
                                    _connector="OR",
                                ),
                                ("state", "withdrawn"),
                            ),
                            _connector="OR",
                        ),
                        name="given_state_is_of_answers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_at__isnull", False),
                                ("state__in", ["agreed", "asked", "one_yes"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["agreed", "asked", "one_yes"]), _negated=True
                                ),
                                ("due_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="given_due_while_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shook_hands_at__isnull", False), ("state", "handshake")),
                            models.Q(
                                models.Q(("state", "handshake"), _negated=True),
                                ("outcome", ""),
                                ("shook_hands_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="given_outcome_after_handshake",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", ""),
                                ("outcome_at", None),
                                ("outcome_by", ""),
                                ("outcome_words", ""),
                            ),
                            models.Q(
                                ("outcome__in", ["talking", "met", "together", "no_fit"]),
                                ("outcome_at__isnull", False),
                                ("outcome_by__in", ["", "first", "second"]),
                            ),
                            _connector="OR",
                        ),
                        name="given_outcome_whole",
                    ),
                ],
            },
        ),
        FenceTable("GivenIntroduction"),
        # What the sweeps look for; each row is then worked on in its own business.
        GrantAcross("GivenIntroduction", select=["id", "business_id", "state", "due_at"]),
    ]
