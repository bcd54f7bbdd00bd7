"""The customers of whom nobody has said yet how they found the business."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0008_currencies_and_how_long_credit_lasts"),
        ("contacts", "0004_what_partner_firms_are_for"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(
                    ("customer_since__isnull", False), ("rests", ""), ("source", "unknown")
                ),
                fields=["business", "-customer_since", "id"],
                name="contact_source_missing",
            ),
        ),
    ]
