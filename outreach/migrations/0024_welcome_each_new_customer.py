"""The plan that welcomes begins with a first business, introduced or not.

Not where its words name who introduced them, since then there need be nobody.
"""

from django.db import migrations

BEGIN_WITH_BUSINESS = """
UPDATE outreach_cadence AS plan SET trigger = 'new_customer'
 WHERE plan.key = 'welcome_customer' AND plan.trigger = 'won'
   AND NOT EXISTS (
       SELECT FROM outreach_cadencestep AS step
        WHERE step.business_id = plan.business_id AND step.cadence_id = plan.id
          AND (step.words LIKE '%{advocate}%' OR step.subject LIKE '%{advocate}%')
   )
"""
BEGIN_WITH_A_WIN = """
UPDATE outreach_cadence SET trigger = 'won'
 WHERE key = 'welcome_customer' AND trigger = 'new_customer'
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0023_sent_with_what_follows")]

    operations = [migrations.RunSQL(BEGIN_WITH_BUSINESS, BEGIN_WITH_A_WIN)]
