"""The workers' app, for which a minute is a second: how long a sweep and a task may last."""

from businesses import sweeping
from config.celery import app

PACE = 60

# Before the tasks are loaded, which take it from there.
sweeping.RUN_SECONDS /= PACE
app.conf.task_soft_time_limit /= PACE
app.conf.task_time_limit /= PACE
