"""With a letter that went well it is written down what follows from it later, in the same call."""

from importlib import import_module

from django.db import migrations

# `told` is the event's id, `follows` names what a worker does of it later.
RECORD_SENT = """
CREATE FUNCTION outreach_record_sent(
    letter uuid, as_fence bigint, at timestamptz, told uuid, follows text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid;
    what text;
BEGIN
    UPDATE outreach_message
       SET state = 'sent', sent_at = at, lease_until = NULL, last_reason = ''
     WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL
    RETURNING business_id, kind INTO tenant, what;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE outreach_messagerecipient SET state = 'sent', reason = ''
     WHERE message_id = letter AND state = 'waiting';
    INSERT INTO activity_event (id, business_id, name, actor_kind, subject_label, subject_id,
                                payload, recorded_at)
    VALUES (told, tenant, 'message.sent', 'system', 'message', letter,
            jsonb_build_object('kind', what), at);
    INSERT INTO activity_mention (id, business_id, event_id, label, about_id, recorded_at)
    SELECT uuidv7(), tenant, told, concerned.label, concerned.id, at
      FROM (SELECT 'message' AS label, letter AS id
            UNION SELECT 'contact', contact_id FROM outreach_messagerecipient
             WHERE message_id = letter AND contact_id IS NOT NULL) AS concerned;
    INSERT INTO activity_reaction (id, business_id, event_id, handler, due_at, state, attempts,
                                   last_problem)
    SELECT uuidv7(), tenant, told, handler, at, 'waiting', 0, '' FROM unnest(follows) AS handler;
    RETURN true;
END
$$
"""
BEFORE = import_module("outreach.migrations.0008_sent_with_its_event").RECORD_SENT


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0001_events_and_reactions"),
        ("outreach", "0022_stuck_rows"),
    ]

    operations = [
        migrations.RunSQL(
            ["DROP FUNCTION outreach_record_sent", RECORD_SENT],
            ["DROP FUNCTION outreach_record_sent", BEFORE],
        ),
    ]
