"""An amount that was kept in the wrong currency names what is kept instead."""

import django.db.models.deletion
from django.db import migrations, models

import businesses.models
from businesses.operations import TenantKey


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_terms_without_a_name")]

    operations = [
        migrations.AddField(
            model_name="closedbusiness",
            name="instead",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="instead_of",
                to="referrals.closedbusiness",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedbusiness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("instead", None), ("kind__in", ["sale", "again"]), _connector="OR"
                ),
                name="closed_business_instead",
            ),
        ),
        TenantKey("ClosedBusiness", "instead"),
    ]
