"""The project's own Celery application, whose clock sweeps as it is shipped to, only sooner.

``celery -A tests.end_to_end.quick_clock`` is for tests in which a worker has nothing but the next sweep
to go by: what they prove does not depend on how long they wait for it.
"""

from __future__ import annotations

from config.celery import app

#: Seconds between two sweeps.
_SOON = 0.5

for _entry in app.conf.beat_schedule.values():
    if isinstance(_entry["schedule"], float):
        _entry["schedule"] = min(_entry["schedule"], _SOON)
