"""The name of whoever introduces is a field of the terms, so that it is erased with the person."""

from django.db import migrations

# There the name was one word; the first of its kind after the firm's.
NAME_BECOMES_A_FIELD = r"""
UPDATE referrals_referral
   SET terms = jsonb_set(
       terms, '{to_prospect}',
       to_jsonb(regexp_replace(terms->>'to_prospect', ' gives \S+ ', ' gives {advocate} ')))
 WHERE terms->>'to_prospect' LIKE '% gives %'
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_terms_told_of_by_hand")]

    operations = [migrations.RunSQL(NAME_BECOMES_A_FIELD, migrations.RunSQL.noop)]
