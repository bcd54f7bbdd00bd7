"""A face beside words that may be published, and who heard an answer that was said aloud."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import businesses.clock
import businesses.models
from businesses.operations import FenceTable, TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("contacts", "0003_known_to_be_happy_and_tags"),
        ("feedback", "0002_what_customers_let_us_publish"),
    ]

    operations = [
        migrations.CreateModel(
            name="TestimonialPhoto",
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
                ("image", models.BinaryField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="testimonial",
            name="testimonial_withdrawn_is_empty",
        ),
        migrations.AddField(
            model_name="feedback",
            name="heard_by",
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
            model_name="testimonial",
            name="photo_key",
            field=models.UUIDField(blank=True, null=True),
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
                        ("photo_key", None),
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
        migrations.AddField(
            model_name="testimonialphoto",
            name="business",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="businesses.business",
            ),
        ),
        migrations.AddField(
            model_name="testimonialphoto",
            name="testimonial",
            field=businesses.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="feedback.testimonial",
            ),
        ),
        migrations.AddConstraint(
            model_name="testimonialphoto",
            constraint=models.UniqueConstraint(
                fields=("business", "testimonial"), name="testimonial_photo_one_each"
            ),
        ),
        FenceTable("TestimonialPhoto"),
        TenantKey("Feedback", "heard_by", emptied=True),
    ]
