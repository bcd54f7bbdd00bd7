"""A recipient may be delivered to, may bounce, may complain; complaints are counted by business."""

from django.db import migrations, models

STATES = [
    ("waiting", "Waiting"),
    ("sent", "Sent"),
    ("failed", "Refused"),
    ("uncertain", "Perhaps sent"),
    ("suppressed", "Not sent: no mail wanted"),
    ("delivered", "Delivered"),
    ("bounced", "Came back"),
    ("complained", "Marked it as unwanted"),
]


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_suppression_kinds")]

    operations = [
        migrations.AlterField(
            model_name="messagerecipient",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=10),
        ),
        migrations.RemoveConstraint(model_name="messagerecipient", name="recipient_state_known"),
        migrations.AddConstraint(
            model_name="messagerecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])),
                name="recipient_state_known",
            ),
        ),
    ]
