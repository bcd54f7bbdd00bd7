"""Stops of one kind of letter, each reason in a row of its own; a letter knows which stops it."""

import django.db.models.deletion
from django.db import migrations, models

import businesses.models
from businesses.operations import TenantKey

KINDS = [
    ("all", "all letters"),
    ("asks", "letters that ask for an introduction"),
    ("news", "news of what became of introductions"),
    ("friendly", "thanks and friendly letters"),
]

ANY_STOP = "outreach_suppression WHERE address_hash = ANY(hashes)"
A_STOP_OF_ITS_KIND = """outreach_suppression AS stop
                        WHERE stop.address_hash = ANY(hashes)
                          AND stop.kind IN ('all', outreach_message.mail_kind)"""
# As in 0004, and a stop counts where it is for all mail or for this letter's kind.
MARK_AS_BEFORE = """
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
MARK = MARK_AS_BEFORE.replace(ANY_STOP, A_STOP_OF_ITS_KIND)


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_people_and_firms"),
        ("outreach", "0004_manners"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="mail_kind",
            field=models.CharField(choices=KINDS, db_default="all", default="all", max_length=8),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail_kind__in", [kind for kind, _ in KINDS])),
                name="message_mail_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="kind",
            field=models.CharField(choices=KINDS, db_default="all", default="all", max_length=8),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="why",
            field=models.CharField(
                choices=[
                    ("unsubscribed", "asked for no more mail"),
                    ("never", "asked never to be contacted"),
                    ("by_owner", "you decided so"),
                    ("bounced", "letters came back from this address"),
                    ("complained", "marked a letter as unwanted"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="contact",
            field=businesses.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contacts.contact",
            ),
        ),
        TenantKey("suppression", "contact"),
        migrations.RemoveConstraint(model_name="suppression", name="suppression_once"),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                fields=("business", "address_hash", "kind", "why"), name="suppression_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])),
                name="suppression_kind_known",
            ),
        ),
        migrations.RunSQL(MARK, MARK_AS_BEFORE),
    ]
