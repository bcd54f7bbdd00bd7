"""The steps of a plan can stand in another order, and know where they stood at first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0020_in_touch_by_letter")]

    operations = [
        migrations.AddField(
            model_name="cadencestep",
            name="first_place",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["business", "cadence", "id"], name="enrolment_of_plan"),
        ),
    ]
