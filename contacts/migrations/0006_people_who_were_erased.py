"""A person of whom nothing is known any more keeps the place of what they did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0010_what_it_costs"),
        ("contacts", "0005_how_customers_found_the_business"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="contact", name="contact_rest_whole"),
        migrations.AlterField(
            model_name="contact",
            name="rests",
            field=models.CharField(
                blank=True,
                choices=[
                    ("died", "Has died"),
                    ("moved_away", "Moved away"),
                    ("leave_me_be", "Wants to be left in peace"),
                    ("erased", "Was erased here"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rests", ""), ("rests_since", None)),
                    models.Q(
                        ("next_touch_on", None),
                        ("rests__in", ["died", "moved_away", "leave_me_be", "erased"]),
                        ("rests_since__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contact_rest_whole",
                violation_error_message="Nobody is reminded of people who are left in peace.",
            ),
        ),
    ]
