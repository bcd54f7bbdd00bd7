from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("businesses", "0003_letter_hours")]

    operations = [
        migrations.AddField(
            model_name="business",
            name="sending_paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="business",
            name="sending_resumed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
