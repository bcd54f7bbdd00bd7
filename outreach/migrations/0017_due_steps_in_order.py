"""Steps that fall due at the same moment are read in their order, and no more than asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0016_a_page_of_a_thank_you")]

    operations = [
        migrations.RemoveIndex(model_name="enrolment", name="enrolment_state"),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["business", "state", "due_at", "id"], name="enrolment_state"
            ),
        ),
    ]
