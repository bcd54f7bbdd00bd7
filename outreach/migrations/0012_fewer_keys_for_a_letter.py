"""Keys and indexes that each letter paid for, and that held nothing which another does not hold.

A recipient belongs to a letter and a step taken to its enrolment, and by that to the business;
unique constraints with the same first columns find them. What a day's letters are counted by lasts
two days and is written behind the fence. No row refers to any of the three.
"""

from django.db import migrations

_KEY = "FOREIGN KEY (business_id) REFERENCES businesses_business (id) DEFERRABLE INITIALLY DEFERRED"
# Each table with the name of its key to the business.
_TO_BUSINESS = {
    "outreach_messagerecipient": "outreach_messagereci_business_id_de59c4cb_fk_businesse",
    "outreach_steptaken": "outreach_steptaken_business_id_51bafd1b_fk_businesse",
    "outreach_letterday": "outreach_letterday_business_id_38af3197_fk_businesse",
}
_FOUND_OTHERWISE = {"outreach_messagerecipient": "message_id", "outreach_steptaken": "enrolment_id"}


class Migration(migrations.Migration):
    dependencies = [("outreach", "0011_own_words")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} DROP CONSTRAINT {key}",
                f"ALTER TABLE {table} ADD CONSTRAINT {key} {_KEY}",
            )
            for table, key in _TO_BUSINESS.items()
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_key",
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_key UNIQUE (business_id, id)",
            )
            for table in _TO_BUSINESS
        ),
        *(
            migrations.RunSQL(
                f"DROP INDEX {table}_{column}_tenant_idx",
                f"CREATE INDEX {table}_{column}_tenant_idx ON {table} (business_id, {column})",
            )
            for table, column in _FOUND_OTHERWISE.items()
        ),
    ]
