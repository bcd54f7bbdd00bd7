"""An address may be stopped because a server knows no such; who was refused is found quickly."""

from django.db import migrations, models

REASONS = [
    ("unsubscribed", "asked for no more mail"),
    ("never", "asked never to be contacted"),
    ("by_owner", "you decided so"),
    ("bounced", "letters came back from this address"),
    ("refused", "the mail server knows no such address"),
    ("complained", "marked a letter as unwanted"),
]
# Before, what came back was the one reason that is about the address.
AS_BOUNCED = """
INSERT INTO outreach_suppression (id, business_id, address_hash, kind, why, contact_id, by_kind,
                                  by_id, created_at)
SELECT gen_random_uuid(), business_id, address_hash, kind, 'bounced', contact_id, by_kind, by_id,
       created_at
  FROM outreach_suppression WHERE why = 'refused'
    ON CONFLICT DO NOTHING;
DELETE FROM outreach_suppression WHERE why = 'refused'
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0017_due_steps_in_order")]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="why",
            field=models.CharField(choices=REASONS, max_length=12),
        ),
        migrations.RemoveConstraint(model_name="suppression", name="suppression_why_known"),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", [why for why, _ in REASONS])),
                name="suppression_why_known",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, AS_BOUNCED),
        migrations.AddIndex(
            model_name="messagerecipient",
            index=models.Index(
                fields=["business", "message"],
                condition=models.Q(("state__in", ["bounced", "failed"])),
                name="recipient_unreached",
            ),
        ),
    ]
