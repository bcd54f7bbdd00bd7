"""What is looked at after a refund is looked at after a rate that was put right, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0003_what_fell_with_its_cause")]

    operations = [
        migrations.AlterField(
            model_name="rewardflag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("same_mailbox", "Both have the same mailbox"),
                    ("same_phone", "Both have the same phone number"),
                    ("same_household", "Both live at the same address"),
                    ("ring", "They send each other"),
                    ("known", "They were a customer before"),
                    ("disposable", "The address is one of those thrown away"),
                    ("refunded", "More was given than is due for the sale"),
                ],
                max_length=14,
            ),
        ),
    ]
