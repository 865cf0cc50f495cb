"""What may go out, from the environment: a mail server's password, and networks that webhooks may reach."""

import ipaddress
import os

from django.core.exceptions import ImproperlyConfigured

from config.secrets import secret

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def mail_password() -> str:
    """``EMAIL_HOST_PASSWORD`` or the file that ``EMAIL_HOST_PASSWORD_FILE`` names; "" without either."""
    name = "EMAIL_HOST_PASSWORD"
    given = os.environ.get(name) or os.environ.get(f"{name}_FILE")
    return secret(name, own=False) if given else ""


def webhook_networks() -> tuple[Network, ...]:
    """Parts of the own network that webhooks may reach, such as ``10.1.2.0/24, 10.9.0.7``; none by default.

    Raises ImproperlyConfigured with one sentence.
    """
    found = []
    for word in os.environ.get("PENUMBRA_WEBHOOK_NETWORKS", "").split(","):
        if not word.strip():
            continue
        try:
            found.append(ipaddress.ip_network(word.strip()))
        except ValueError:
            raise ImproperlyConfigured(
                f"PENUMBRA_WEBHOOK_NETWORKS names {word.strip()}, which is no network; "
                "write networks such as 10.1.2.0/24 with commas between"
            ) from None
    return tuple(found)
