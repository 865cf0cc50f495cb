"""The Celery application. Tasks are thin and live in each room's ``tasks.py``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("penumbra")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
