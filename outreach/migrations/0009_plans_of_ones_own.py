"""What plans begin with, beside: an answer, a first business. And since when days count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0004_a_business_may_be_paused"),
        ("outreach", "0008_sent_with_its_event"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cadence",
            name="cadence_trigger_known",
        ),
        migrations.AddField(
            model_name="cadence",
            name="answers",
            field=models.CharField(
                choices=[
                    ("any", "any answer"),
                    ("promoter", "9 or 10"),
                    ("passive", "7 or 8"),
                    ("detractor", "0 to 6"),
                ],
                db_default="any",
                default="any",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="counted_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="cadence",
            name="trigger",
            field=models.CharField(
                choices=[
                    ("by_hand", "when you begin it for somebody"),
                    ("handshake", "when somebody was introduced to you"),
                    ("met", "when you have met somebody who was sent to you"),
                    ("won", "when it became business with somebody who was sent to you"),
                    ("lost", "when nothing came of somebody who was sent to you"),
                    (
                        "ask_sent",
                        "when you have asked somebody for an introduction, until they answer",
                    ),
                    ("thanks_introduction", "when you owe thanks for an introduction"),
                    ("thanks_win", "when you owe thanks for business"),
                    ("advocate_waits", "when somebody introduced you to a person"),
                    ("touch_due", "when somebody of your inner circle has waited for a week"),
                    ("partner_quiet", "when a partner firm has been quiet for 60 days"),
                    ("anniversary", "each year, about the day of somebody's first introduction"),
                    ("feedback", "when somebody says how likely they are to recommend you"),
                    ("new_customer", "when somebody becomes a customer, introduced or not"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "trigger__in",
                        [
                            "by_hand",
                            "handshake",
                            "met",
                            "won",
                            "lost",
                            "ask_sent",
                            "thanks_introduction",
                            "thanks_win",
                            "advocate_waits",
                            "touch_due",
                            "partner_quiet",
                            "anniversary",
                            "feedback",
                            "new_customer",
                        ],
                    )
                ),
                name="cadence_trigger_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="cadence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answers", "any"),
                    models.Q(
                        ("answers__in", ["any", "promoter", "passive", "detractor"]),
                        ("trigger", "feedback"),
                    ),
                    _connector="OR",
                ),
                name="cadence_answers_of_feedback",
            ),
        ),
    ]
