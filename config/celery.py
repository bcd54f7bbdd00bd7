"""The Celery app and the whole beat table.

The database is the queue of record; these tasks only look for due rows. Running one twice, late, or
in two places at once changes nothing, so any number of workers and beats may run.
"""

import gc
import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_shutting_down,
)

from businesses.ending import tell_to_end
from businesses.tenancy import refuse_unfit_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("referrals")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 600,
    },
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=300,
    task_soft_time_limit=240,
    task_serializer="json",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    # A sweep goes on when the broker goes away: cut off, it would leave a letter in doubt. That it
    # is delivered again meanwhile does no harm.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    imports=[
        "activity.tasks",
        "outreach.tasks",
        "introductions.tasks",
        "giving.tasks",
        "desk.tasks",
        "api.tasks",
    ],
)

SWEEP_SECONDS = 3.0


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "number events": _every(SWEEP_SECONDS, "activity.tasks.number_events"),
    "run later reactions": _every(SWEEP_SECONDS, "activity.tasks.run_later_reactions"),
    "send due letters": _every(SWEEP_SECONDS, "outreach.tasks.send_due_letters"),
    "shake hands": _every(SWEEP_SECONDS, "introductions.tasks.complete_due_handshakes"),
    "forget declined": _every(SWEEP_SECONDS, "introductions.tasks.erase_answered"),
    "take due steps": _every(SWEEP_SECONDS, "outreach.tasks.take_due_steps"),
    "begin plans by day": _every(1800.0, "outreach.tasks.begin_plans_by_day"),
    "write letters to members": _every(60.0, "desk.tasks.write_member_letters"),
    "introduce who agreed": _every(SWEEP_SECONDS, "giving.tasks.complete_agreed"),
    "end what was given": _every(300.0, "giving.tasks.expire_given"),
    "forget old answers": _every(1800.0, "api.tasks.forget_old_answers"),
    "expire the unanswered": _every(300.0, "introductions.tasks.expire_unanswered"),
}


@setup_logging.connect
def _keep_our_logs(**_: Any) -> None:
    """Receiving this signal keeps Celery from setting up logs of its own."""


@worker_init.connect
@beat_init.connect
def _refuse_unfit_role(**_: Any) -> None:
    refuse_unfit_role()


@worker_process_init.connect
def _leave_code_alone(**_: Any) -> None:
    """What is loaded by now stays for good: looking through it for rubbish, again and again, cost
    a sweep a tenth of its time.
    """
    gc.collect()
    gc.freeze()


@worker_shutting_down.connect
def _end_with_the_letters_in_hand(**_: Any) -> None:
    """An upgrade must leave none in doubt."""
    tell_to_end()


@before_task_publish.connect
def _send_request_id(headers: dict[str, Any], **_: Any) -> None:
    known = structlog.contextvars.get_contextvars()
    if "request_id" in known:
        headers["request_id"] = known["request_id"]


@task_prerun.connect
def _bind_request_id(task_id: str, task: Any, **_: Any) -> None:
    structlog.contextvars.clear_contextvars()
    request_id = getattr(task.request, "request_id", None) or task_id
    structlog.contextvars.bind_contextvars(task=task.name, request_id=request_id)


@task_postrun.connect
def _unbind(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()
