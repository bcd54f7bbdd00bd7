"""What is worth a look is kept for each of those who introduced somebody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0004_more_was_given_than_is_due")]

    operations = [
        migrations.AddField(
            model_name="rewardflag",
            name="advocate_key",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="rewardflag", name="reward_flag_once"),
        migrations.AddConstraint(
            model_name="rewardflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("kind", "refunded"), _negated=True),
                    ("settled_at", None),
                    _connector="OR",
                ),
                fields=("business", "referral", "kind", "advocate_key"),
                name="reward_flag_once",
                nulls_distinct=False,
            ),
        ),
    ]
