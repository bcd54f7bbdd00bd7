"""That somebody is known to be happy, and what people have in common."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0002_left_in_peace"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="happy_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
    ]
