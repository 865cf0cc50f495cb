"""What of people may be read here, from the environment: what was agreed with those who speak for them."""

import os

from django.core.exceptions import ImproperlyConfigured

#: From nothing to most; discovery/network_logs.py says what each is.
NETWORK_LOGS = ("off", "none", "device", "person")


def network_logs() -> str:
    """How much of network logs is read: ``off`` unless PENUMBRA_NETWORK_LOGS says more.

    Raises ImproperlyConfigured with one sentence.
    """
    stated = os.environ.get("PENUMBRA_NETWORK_LOGS", "").strip().lower() or "off"
    if stated not in NETWORK_LOGS:
        raise ImproperlyConfigured(
            f"PENUMBRA_NETWORK_LOGS is {stated}; write off, none, device or person, by what is to be kept"
        )
    return stated
