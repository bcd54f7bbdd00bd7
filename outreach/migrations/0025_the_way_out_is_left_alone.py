"""Letters that go wrong one after another, for which the way out is left alone for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0024_welcome_each_new_customer")]

    operations = [
        migrations.CreateModel(
            name="MailTrouble",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=0)),
                ("rests_until", models.DateTimeField()),
                ("reason", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", True)), name="mail_trouble_is_one"
                    )
                ],
            },
        ),
        # The sweep claims across businesses.
        migrations.RunSQL(
            "GRANT SELECT ON outreach_mailtrouble TO referrals_across",
            "REVOKE SELECT ON outreach_mailtrouble FROM referrals_across",
        ),
    ]
