"""That somebody is known to be happy, which the owner ticks."""

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
    ]
