"""What is written of a letter that goes well, its event too, is one function of the database."""

from django.db import migrations

# `told` is the event's id; without one no event is written.
RECORD_SENT = """
CREATE FUNCTION outreach_record_sent(
    letter uuid, as_fence bigint, at timestamptz, told uuid
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
    IF told IS NOT NULL THEN
        INSERT INTO activity_event (id, business_id, name, actor_kind, subject_label, subject_id,
                                    payload, recorded_at)
        VALUES (told, tenant, 'message.sent', 'system', 'message', letter,
                jsonb_build_object('kind', what), at);
        INSERT INTO activity_mention (id, business_id, event_id, label, about_id, recorded_at)
        SELECT uuidv7(), tenant, told, concerned.label, concerned.id, at
          FROM (SELECT 'message' AS label, letter AS id
                UNION SELECT 'contact', contact_id FROM outreach_messagerecipient
                 WHERE message_id = letter AND contact_id IS NOT NULL) AS concerned;
    END IF;
    RETURN true;
END
$$
"""
RECORD_SENT_BEFORE = """
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

# Columns of our own, of which none is personal.
ASKED = "state, due_at, lease_until, created_at"


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0001_events_and_reactions"),
        ("outreach", "0007_all_mail_can_be_held"),
    ]

    operations = [
        migrations.RunSQL(
            ["DROP FUNCTION outreach_record_sent", RECORD_SENT],
            ["DROP FUNCTION outreach_record_sent", RECORD_SENT_BEFORE],
        ),
        # The sweep asks in one query whether anything is due, account letters too.
        migrations.RunSQL(
            f"GRANT SELECT ({ASKED}) ON outreach_accountmessage TO referrals_across",
            f"REVOKE SELECT ({ASKED}) ON outreach_accountmessage FROM referrals_across",  # noqa: S608
        ),
    ]
