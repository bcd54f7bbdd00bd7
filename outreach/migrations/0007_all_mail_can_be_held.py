"""A hold of all mail, which the sweep and the marker honour."""

from django.db import migrations, models

# As in 0005, and nothing is marked while all mail is held.
MARK = """
CREATE OR REPLACE FUNCTION outreach_mark(
    letter uuid, as_fence bigint, at timestamptz, until timestamptz, hashes text[],
    days date[], on_day date, allowed integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid;
    added integer;
    limited text;
BEGIN
    UPDATE outreach_message SET state = 'in_data', in_data_at = at, lease_until = until
     WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL
       AND NOT EXISTS (SELECT FROM outreach_mailhold)
       AND NOT EXISTS (SELECT FROM outreach_suppression AS stop
                        WHERE stop.address_hash = ANY(hashes)
                          AND stop.kind IN ('all', outreach_message.mail_kind))
    RETURNING business_id INTO tenant;
    IF NOT FOUND THEN
        RETURN 'lost';
    END IF;
    IF allowed IS NULL THEN
        RETURN 'set';
    END IF;
    -- In one order, so that two letters to the same people cannot wait for each other.
    INSERT INTO outreach_letterday (id, business_id, address_hash, day, message_id, counted_on)
    SELECT gen_random_uuid(), tenant, reader, day, letter, on_day
      FROM unnest(hashes, days) AS readers (reader, day) ORDER BY reader
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added < cardinality(hashes) AND EXISTS (
        SELECT FROM unnest(hashes, days) AS readers (reader, on_their_day)
          JOIN outreach_letterday AS had
            ON had.business_id = tenant AND had.address_hash = reader AND had.day = on_their_day
         WHERE had.message_id <> letter
    ) THEN
        limited := 'recipient';
    ELSIF added > 0 AND NOT outreach_count(tenant, on_day, allowed) THEN
        limited := 'business';
    ELSE
        RETURN 'set';
    END IF;
    DELETE FROM outreach_letterday
     WHERE business_id = tenant AND address_hash = ANY(hashes) AND message_id = letter;
    UPDATE outreach_message SET state = 'sending', in_data_at = NULL WHERE id = letter;
    RETURN limited;
END
$$
"""
MARK_AS_BEFORE = MARK.replace("       AND NOT EXISTS (SELECT FROM outreach_mailhold)\n", "")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_what_the_provider_tells")]

    operations = [
        migrations.CreateModel(
            name="MailHold",
            fields=[
                (
                    "id",
                    models.BooleanField(default=True, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", True)), name="mail_hold_is_one"
                    )
                ],
            },
        ),
        # The sweep claims across businesses.
        migrations.RunSQL(
            "GRANT SELECT ON outreach_mailhold TO referrals_across",
            "REVOKE SELECT ON outreach_mailhold FROM referrals_across",
        ),
        migrations.RunSQL(MARK, MARK_AS_BEFORE),
    ]
