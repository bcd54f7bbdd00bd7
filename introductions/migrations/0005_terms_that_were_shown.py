"""The terms under which an introduction is made, as both sides were shown them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("introductions", "0004_how_it_was_when_two_were_brought_together"),
    ]

    operations = [
        migrations.AddField(
            model_name="introduction",
            name="terms",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
