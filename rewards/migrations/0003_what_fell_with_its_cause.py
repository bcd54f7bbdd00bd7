"""A reward falls with its sale or with its introduction, and may be earned again with either."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_what_a_sale_comes_to")]

    operations = [
        migrations.RemoveConstraint(model_name="reward", name="reward_sale_whole"),
        migrations.RenameField("reward", "fell_with_sale", "fell_with_cause"),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share__lte", 100),
                    models.Q(("fell_with_cause", False), ("state", "void"), _connector="OR"),
                    models.Q(
                        ("lacks_rate", ""),
                        models.Q(
                            ("lacks_rate__regex", "^[A-Z]{3}$"),
                            models.Q(("state", "given"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                name="reward_sale_whole",
            ),
        ),
    ]
