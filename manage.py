#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from importlib import import_module

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import_module("config.celery")  # So that what a command leaves to do wakes a worker.
    execute_from_command_line(sys.argv)
