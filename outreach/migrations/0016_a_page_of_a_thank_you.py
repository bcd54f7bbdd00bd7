"""Links to the page of a thank-you."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0009_what_gifts_may_cost_and_values_shown"),
        ("outreach", "0015_sound_letters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="link",
            name="link_purpose_known",
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
                    ("given", "the page of an introduction that the business gives"),
                    ("thanks", "the page of a thank-you"),
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
                            "given",
                            "thanks",
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
