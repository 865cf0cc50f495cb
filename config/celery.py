"""The Celery application. Tasks are thin and live in each room's ``tasks.py``."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["files"] = "config.file_broker:Transport"

app = Celery("penumbra")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
