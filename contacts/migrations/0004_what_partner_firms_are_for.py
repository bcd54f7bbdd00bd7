"""The trades that serve the same people as a firm does."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_known_to_be_happy_and_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="sphere",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
    ]
