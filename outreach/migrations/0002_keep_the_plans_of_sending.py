"""The two statements of each letter that goes well, as functions, whose plans a connection keeps.

The fence binds them as it binds whoever calls. That a letter is in work they see by its lease,
which is the same thing (`message_leased_while_sent`): asked for the states, PostgreSQL walked the
sweep's index, with every letter that was ever in work still in it.
"""

from django.db import migrations

RECORD_SENT = """
CREATE FUNCTION outreach_record_sent(letter uuid, as_fence bigint, at timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outreach_message
       SET state = 'sent', sent_at = at, lease_until = NULL, last_reason = ''
     WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE outreach_messagerecipient SET state = 'sent', reason = ''
     WHERE message_id = letter AND state = 'waiting';
    RETURN true;
END
$$
"""
MARK = """
CREATE FUNCTION outreach_mark(
    letter uuid, as_fence bigint, at timestamptz, until timestamptz, hashes text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outreach_message SET state = 'in_data', in_data_at = at, lease_until = until
     WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL
       AND NOT EXISTS (SELECT FROM outreach_suppression WHERE address_hash = ANY(hashes));
    RETURN FOUND;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_the_outbox_links_and_reminders")]

    operations = [
        migrations.RunSQL(RECORD_SENT, "DROP FUNCTION outreach_record_sent"),
        migrations.RunSQL(MARK, "DROP FUNCTION outreach_mark"),
    ]
