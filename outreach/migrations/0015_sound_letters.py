"""What is true of every letter and recipient is asked by one function of the database each.

PostgreSQL reads a CHECK anew at each UPDATE, and a letter is updated three times until it is sent:
reading its checks was a quarter of what the database did for it. A function is read once for each
connection.
"""

from django.db import migrations, models
from django.db.models import BooleanField, Func

LETTER_IS_SOUND = """
CREATE FUNCTION outreach_letter_is_sound(
    state text, lease_until timestamptz, in_data_at timestamptz, sent_at timestamptz,
    hold_reason text DEFAULT '', mail_kind text DEFAULT 'all'
) RETURNS boolean IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
    RETURN state IN ('draft', 'scheduled', 'held', 'sending', 'in_data', 'sent', 'failed',
                     'uncertain', 'suppressed', 'cancelled', 'delivered', 'bounced', 'complained')
       AND (lease_until IS NOT NULL) = (state IN ('sending', 'in_data'))
       AND (in_data_at IS NOT NULL OR state NOT IN ('in_data', 'uncertain'))
       AND (sent_at IS NOT NULL OR state <> 'sent')
       AND (hold_reason <> '') = (state = 'held')
       AND mail_kind IN ('all', 'asks', 'news', 'friendly');
END
$$
"""
RECIPIENT_IS_SOUND = """
CREATE FUNCTION outreach_recipient_is_sound(
    state text, introduction_id uuid, contact_id uuid, name text, address text
) RETURNS boolean IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN
    RETURN state IN ('waiting', 'sent', 'failed', 'uncertain', 'suppressed', 'delivered',
                     'bounced', 'complained')
       AND CASE WHEN introduction_id IS NULL THEN address <> ''
                ELSE contact_id IS NULL AND name = '' AND address = '' END;
END
$$
"""
_OF_LETTER = ("state", "lease_until", "in_data_at", "sent_at")
_OF_RECIPIENT = ("state", "introduction_id", "contact_id", "name", "address")
_BY_CHECKS = {
    "message": (
        *("message_state_known", "message_leased_while_sent", "message_marked_before_data"),
        *("message_sent_has_time", "message_mail_kind_known", "message_held_for_reason"),
    ),
    "accountmessage": tuple(
        f"account_message_{rule}"
        for rule in ("state_known", "leased_while_sent", "marked_before_data", "sent_has_time")
    ),
    "messagerecipient": ("recipient_sealed_or_known", "recipient_state_known"),
}


def _sound(model: str, name: str, function: str, *columns: str) -> migrations.AddConstraint:
    asked = Func(*columns, function=function, output_field=BooleanField())
    return migrations.AddConstraint(model, models.CheckConstraint(condition=asked, name=name))


class Migration(migrations.Migration):
    dependencies = [("outreach", "0014_a_page_of_what_is_given")]

    operations = [
        migrations.RunSQL(LETTER_IS_SOUND, "DROP FUNCTION outreach_letter_is_sound"),
        migrations.RunSQL(RECIPIENT_IS_SOUND, "DROP FUNCTION outreach_recipient_is_sound"),
        _sound(
            "message",
            "message_is_sound",
            "outreach_letter_is_sound",
            *(*_OF_LETTER, "hold_reason", "mail_kind"),
        ),
        _sound(
            "accountmessage",
            "account_message_is_sound",
            "outreach_letter_is_sound",
            *_OF_LETTER,
        ),
        _sound(
            "messagerecipient",
            "recipient_is_sound",
            "outreach_recipient_is_sound",
            *_OF_RECIPIENT,
        ),
        *(
            migrations.RemoveConstraint(model, name)
            for model, names in _BY_CHECKS.items()
            for name in names
        ),
    ]
