"""The terms under which an introduction is made, as both sides were shown them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("introductions", "0005_taken_back_for_a_while"),
    ]

    operations = [
        migrations.AddField(
            model_name="introduction",
            name="terms",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
