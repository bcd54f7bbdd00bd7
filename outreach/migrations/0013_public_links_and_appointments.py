"""Public pages of advocates have links, and letters may bring an appointment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0005_what_each_member_hears"),
        ("outreach", "0012_fewer_keys_for_a_letter"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="link",
            name="link_purpose_known",
        ),
        migrations.AddField(
            model_name="message",
            name="calendar",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="link",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("introduction", "the prospect's page"),
                    ("advocate", "the advocate's page"),
                    ("share", "an advocate's public page"),
                    ("vouch", "the vouching page"),
                    ("feedback", "the feedback page"),
                    ("unsubscribe", "the page that stops mail"),
                    ("reminder", "a member's page of one thing to do"),
                    ("mornings", "the page that stops a member's morning letters"),
                    ("months", "the page that stops a member's monthly letters"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "introduction",
                            "advocate",
                            "share",
                            "vouch",
                            "feedback",
                            "unsubscribe",
                            "reminder",
                            "mornings",
                            "months",
                        ],
                    )
                ),
                name="link_purpose_known",
            ),
        ),
    ]
