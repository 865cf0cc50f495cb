"""What two of the company's code bases are built from: two AI makers' libraries among much else.

Own packages have names that may be read nowhere after a scan; look-alikes are ordinary packages whose
names are those of AI tools too.
"""

from __future__ import annotations

from discovery.sample_company.world import Package

#: Names of the company's own packages, which must be unreadable at rest.
OWN = ("gezeitenwerk", "lotsenbuch", "tonnenleger")

_PORTAL, _SORTER = "norrland/kundenportal", "norrland/ticket-sortierung"

PACKAGES = (
    Package(_PORTAL, "pkg:npm/react", "19.1.1"),
    Package(_PORTAL, "pkg:npm/express", "5.1.0"),
    Package(_PORTAL, f"pkg:npm/@norrland/{OWN[0]}", "4.2.0"),
    Package(_PORTAL, "pkg:npm/openai", "5.20.1", "openai/api"),
    Package(_PORTAL, "pkg:npm/zod", "4.1.5"),
    Package(_PORTAL, "pkg:npm/pg-cursor", "2.15.3"),
    Package(_PORTAL, "pkg:npm/fathom-client", "3.7.2"),
    Package(_PORTAL, f"pkg:npm/@norrland/{OWN[1]}", "1.0.7"),
    Package(_SORTER, "pkg:pypi/celery", "5.5.3"),
    Package(_SORTER, "pkg:pypi/cohere", "5.18.0", "cohere/cohere"),
    Package(_SORTER, "pkg:pypi/requests", "2.32.5"),
    Package(_SORTER, "pkg:pypi/glean-parser", "17.3.0"),
    Package(_SORTER, f"pkg:pypi/norrland-{OWN[2]}", "0.9.1"),
    Package(_SORTER, "pkg:pypi/psycopg", "3.2.10"),
)
