"""Links to the page on which two people are asked whether they would like to meet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0007_how_a_business_introduces_itself"),
        ("outreach", "0013_public_links_and_appointments"),
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
