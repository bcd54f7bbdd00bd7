"""What whoever sent somebody had been told, where that was recorded by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0004_gratitude_in_full"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="terms",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
