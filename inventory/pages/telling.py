"""Tell the workers from a page that there is work."""

from __future__ import annotations

import logging

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def tell(task: Task, *numbers: int) -> None:
    """Tell the workers. The sweep finds it too, so a broker that is away only delays it."""
    try:
        task.delay(*numbers)
    except OperationalError:
        logger.warning("%s %s waits for the sweep: the broker cannot be reached", task.name, numbers)
