"""The limits, by rows that are written in the very commit that sets a letter's marker.

`outreach_mark` answers: `set`; `lost` (it is another's, was cancelled, or somebody was suppressed);
`recipient` (somebody it goes to has had their letter of that local day); `business` (as many as may
leave on one day have left). Called without `allowed` it asks for no limit.

A business's count of a day lies in eight parts, whose shares sum up to what is allowed: whoever
sends takes a part that nobody else is just writing to, and waits only where no other has room.
"""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from businesses.operations import FenceTable

COUNT = """
CREATE FUNCTION outreach_count(tenant uuid, on_day date, allowed integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid;
BEGIN
    SELECT id INTO chosen FROM outreach_daycount
     WHERE business_id = tenant AND day = on_day AND used < (allowed + part) / 8
     ORDER BY part LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        INSERT INTO outreach_daycount (id, business_id, day, part, used)
        SELECT gen_random_uuid(), tenant, on_day, part, 0 FROM generate_series(0, 7) AS part
            ON CONFLICT DO NOTHING;
        IF FOUND THEN
            DELETE FROM outreach_daycount WHERE business_id = tenant AND day < on_day - 2;
            DELETE FROM outreach_letterday WHERE business_id = tenant AND day < on_day - 2;
        END IF;
        SELECT id INTO chosen FROM outreach_daycount
         WHERE business_id = tenant AND day = on_day AND used < (allowed + part) / 8
         ORDER BY part LIMIT 1 FOR UPDATE;
    END IF;
    IF chosen IS NULL THEN
        RETURN false;
    END IF;
    UPDATE outreach_daycount SET used = used + 1 WHERE id = chosen;
    RETURN true;
END
$$
"""
MARK = """
CREATE FUNCTION outreach_mark(
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
       AND NOT EXISTS (SELECT FROM outreach_suppression WHERE address_hash = ANY(hashes))
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
UNCOUNT = """
CREATE FUNCTION outreach_uncount(letter uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid;
    on_day date;
BEGIN
    WITH gone AS (
        DELETE FROM outreach_letterday AS had USING outreach_messagerecipient AS reader
         WHERE reader.message_id = letter AND reader.state NOT IN ('sent', 'uncertain')
           AND had.business_id = reader.business_id AND had.address_hash = reader.address_hash
           AND had.message_id = letter
        RETURNING had.business_id, had.counted_on
    )
    SELECT business_id, counted_on INTO tenant, on_day FROM gone LIMIT 1;
    IF NOT FOUND OR EXISTS (
        SELECT FROM outreach_messagerecipient
         WHERE message_id = letter AND state IN ('sent', 'uncertain')
    ) THEN
        RETURN;
    END IF;
    UPDATE outreach_daycount SET used = used - 1 WHERE id = (
        SELECT id FROM outreach_daycount WHERE business_id = tenant AND day = on_day AND used > 0
         ORDER BY part LIMIT 1 FOR UPDATE
    );
END
$$
"""
MARK_BEFORE = """
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
    dependencies = [
        ("businesses", "0003_letter_hours"),
        ("contacts", "0002_left_in_peace"),
        ("outreach", "0003_follow_up_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="is_ask",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("part", models.PositiveSmallIntegerField()),
                ("used", models.PositiveIntegerField(default=0)),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("business", "day", "part"), name="day_counted_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("address_hash", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("message_id", models.UUIDField()),
                ("counted_on", models.DateField()),
                (
                    "business",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("business", "address_hash", "day"), name="one_letter_a_day"
                    )
                ],
            },
        ),
        FenceTable("daycount"),
        FenceTable("letterday"),
        migrations.RunSQL(COUNT, "DROP FUNCTION outreach_count"),
        migrations.RunSQL(
            "DROP FUNCTION outreach_mark(uuid, bigint, timestamptz, timestamptz, text[])",
            MARK_BEFORE,
        ),
        migrations.RunSQL(
            MARK,
            "DROP FUNCTION outreach_mark"
            "(uuid, bigint, timestamptz, timestamptz, text[], date[], date, integer)",
        ),
        migrations.RunSQL(UNCOUNT, "DROP FUNCTION outreach_uncount"),
    ]
