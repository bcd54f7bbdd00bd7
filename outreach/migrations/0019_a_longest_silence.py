"""The plan that tells an advocate how it goes ends with a reminder, also where it is known already.

Only where it is as it was at first: with three steps.
"""

from django.db import migrations

REMIND = """
INSERT INTO outreach_cadencestep (id, business_id, created_at, cadence_id, position, kind, days,
                                  timing, condition, automatic, reminder_kind, subject, words)
SELECT uuidv7(), plan.business_id, now(), plan.id, 3, 'reminder', 90,
       'working_day', 'always', false, 'follow_up', '',
       'Tell {first_name} how it stands with {person}: they have waited for three months'
  FROM outreach_cadence AS plan
 WHERE plan.key = 'tell_advocate'
   AND ARRAY(SELECT step.position::int FROM outreach_cadencestep AS step
              WHERE step.business_id = plan.business_id AND step.cadence_id = plan.id
              ORDER BY step.position) = ARRAY[0, 1, 2]
"""
DO_NOT = """
DELETE FROM outreach_cadencestep AS step USING outreach_cadence AS plan
 WHERE plan.business_id = step.business_id AND plan.id = step.cadence_id
   AND plan.key = 'tell_advocate' AND step.position = 3 AND step.kind = 'reminder'
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0018_refused_addresses")]

    operations = [migrations.RunSQL(REMIND, DO_NOT)]
