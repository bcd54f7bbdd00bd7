"""Wiring. The Celery app is loaded with the project, so that every process can wake a worker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
