"""WSGI entry point for gunicorn. Behind TLS it refuses to serve with what only a trial may have."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from inventory.production import refuse_if_unsafe  # noqa: E402 (needs the applications)

refuse_if_unsafe()
