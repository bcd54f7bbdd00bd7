"""Which businesses have answers that are older than promised is seen across all of them."""

from django.db import migrations

from businesses.operations import GrantAcross


class Migration(migrations.Migration):
    dependencies = [("api", "0001_answers_given")]

    operations = [GrantAcross("IdempotentAnswer", select=["business_id", "created_at"])]
