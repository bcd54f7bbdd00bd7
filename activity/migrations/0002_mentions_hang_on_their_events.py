"""A mention's key to its event holds it to its business: one of its own is checked for nothing.

Each letter, call and answer writes an event with its mentions; what a row's keys and indexes cost
is paid each time. `mention_once` finds an event's mentions, and no row refers to a mention.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_events_and_reactions")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE activity_mention DROP CONSTRAINT "
                "activity_mention_business_id_d721ea88_fk_businesses_business_id",
                "ALTER TABLE activity_mention DROP CONSTRAINT activity_mention_tenant_key",
                "DROP INDEX activity_mention_event_id_tenant_idx",
            ],
            [
                "ALTER TABLE activity_mention ADD CONSTRAINT "
                "activity_mention_business_id_d721ea88_fk_businesses_business_id "
                "FOREIGN KEY (business_id) REFERENCES businesses_business (id) "
                "DEFERRABLE INITIALLY DEFERRED",
                "ALTER TABLE activity_mention ADD CONSTRAINT activity_mention_tenant_key "
                "UNIQUE (business_id, id)",
                "CREATE INDEX activity_mention_event_id_tenant_idx "
                "ON activity_mention (business_id, event_id)",
            ],
        )
    ]
