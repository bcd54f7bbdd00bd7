"""By which two spellings of one mailbox are known, looked up as equal text behind the fence."""

from django.db import migrations, models

# What `contacts.addresses.mailbox_key` says of an address that is kept. One expression, so that it
# is inlined where many are written at once.
MAILBOX = r"""
CREATE FUNCTION contacts_mailbox(email text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN lower(email COLLATE "pg_c_utf8") ~ '@(gmail|googlemail)[.]com$' THEN replace(
        regexp_replace(
            split_part(lower(email COLLATE "pg_c_utf8"), '@', 1), '^([^+]+)[+].*$', '\1'
        ), '.', ''
    ) || '@gmail.com'
    ELSE regexp_replace(lower(email COLLATE "pg_c_utf8"), '^([^@+]+)[+][^@]*@', '\1@')
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0007_former_ids"),
    ]

    operations = [
        migrations.RunSQL(MAILBOX, "DROP FUNCTION contacts_mailbox"),
        migrations.AddField(
            model_name="contact",
            name="mailbox",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("email"), function="contacts_mailbox"),
                output_field=models.CharField(max_length=254),
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("mailbox", ""), _negated=True),
                fields=["business", "mailbox"],
                name="contact_by_mailbox",
            ),
        ),
    ]
