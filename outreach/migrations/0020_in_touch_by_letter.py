"""When somebody on a plan was written to, beside what is logged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0019_a_longest_silence")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="touched_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
