"""What customers are asked, what they let the business publish, and where else to say it."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable, TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0005_what_each_member_hears"),
        ("contacts", "0002_left_in_peace"),
        ("feedback", "0001_feedback"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewLink",
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
                ("label", models.CharField(max_length=40)),
                ("url", models.URLField(max_length=300)),
                ("place", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Testimonial",
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
                ("words", models.TextField(blank=True, max_length=1000)),
                (
                    "shown_as",
                    models.CharField(
                        choices=[
                            ("name", "Your name"),
                            ("first_name", "Your first name"),
                            ("initials", "Your initials"),
                        ],
                        default="first_name",
                        max_length=10,
                    ),
                ),
                ("signature", models.CharField(blank=True, max_length=75)),
                ("given_at", models.DateTimeField()),
                ("proposed_words", models.TextField(blank=True, max_length=1000)),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("place", models.PositiveIntegerField(default=0)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="feedback",
            name="wish",
            field=models.TextField(blank=True, max_length=5000),
        ),
        migrations.CreateModel(
            name="FeedbackRequest",
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
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback_requests",
                        to="contacts.contact",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="feedback",
            name="request",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="feedback.feedbackrequest",
            ),
        ),
        migrations.AddIndex(
            model_name="feedback",
            index=models.Index(fields=["business", "answered_at"], name="feedback_by_day"),
        ),
        migrations.AddField(
            model_name="reviewlink",
            name="business",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="businesses.business",
            ),
        ),
        migrations.AddField(
            model_name="testimonial",
            name="business",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="businesses.business",
            ),
        ),
        migrations.AddField(
            model_name="testimonial",
            name="contact",
            field=businesses.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="testimonials",
                to="contacts.contact",
            ),
        ),
        migrations.AddIndex(
            model_name="feedbackrequest",
            index=models.Index(
                fields=["business", "contact", "-asked_at"], name="feedback_asked_last"
            ),
        ),
        migrations.AddIndex(
            model_name="feedbackrequest",
            index=models.Index(fields=["business", "asked_at"], name="feedback_asked"),
        ),
        migrations.AddConstraint(
            model_name="reviewlink",
            constraint=models.UniqueConstraint(
                fields=("business", "place"), name="review_link_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__startswith", "https://")), name="review_link_is_https"
            ),
        ),
        migrations.AddIndex(
            model_name="testimonial",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["business", "place"],
                name="testimonial_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="testimonial",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("business", "contact"),
                name="testimonial_one_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="testimonial",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_as__in", ["name", "first_name", "initials"])),
                name="testimonial_shown_as_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="testimonial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawn_at", None),
                        models.Q(("words", ""), _negated=True),
                        models.Q(("signature", ""), _negated=True),
                    ),
                    models.Q(
                        ("proposed_words", ""),
                        ("published_at", None),
                        ("signature", ""),
                        ("withdrawn_at__isnull", False),
                        ("words", ""),
                    ),
                    _connector="OR",
                ),
                name="testimonial_withdrawn_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="testimonial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_at", None), ("proposed_words", "")),
                    models.Q(
                        models.Q(("proposed_words", ""), _negated=True),
                        ("proposed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="testimonial_proposal_whole",
            ),
        ),
        FenceTable("FeedbackRequest"),
        FenceTable("Testimonial"),
        FenceTable("ReviewLink"),
        TenantKey("Feedback", "request"),
    ]
