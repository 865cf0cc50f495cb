"""What connectors of software bills of materials share: a component as a record.

An AI vendor's library in a code base says that a team calls a model, before the first invoice does.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from discovery.connectors.moments import stated_instant
from discovery.connectors.package_urls import package_url
from discovery.connectors.stated_values import TEXT, id_of, text_of
from discovery.records import Rejected, Seen, SeenBy

#: How GitHub wrote names of packages: "pip:openai".
_REGISTRY = re.compile(r"(?:pip|npm|maven|nuget|go|rust|rubygems|composer|actions):")
_WITHOUT_NAME = Rejected("the component has neither a name nor a package URL; make the list again")


class Bill(NamedTuple):
    """Which code base a list is of, and of which instant."""

    where: str = ""
    stated_at: str = ""  # as records keep it

    @classmethod
    def of(cls, where: str, stated: str) -> Bill:
        return cls(text_of(where, 200), stated_instant(stated))


def component(bill: Bill, name: str, purl: str, version: str) -> Seen | Rejected:
    """One component of a code base: known by its package URL, else by its name.

    The text says that it is a package: many have a word for a name that is an AI tool's too ("writer").
    """
    url = package_url(purl)
    plain = _REGISTRY.sub("", text_of(name, TEXT), count=1)
    if not url and not plain:
        return _WITHOUT_NAME
    return Seen(
        account="",
        own_id=id_of(bill.where, url or plain.lower()),
        text=url or f"package {plain}",
        by=SeenBy.PACKAGE,
        date=date.fromisoformat(bill.stated_at[:10]) if bill.stated_at else None,
        where=bill.where,
        client_id=url,
        version=text_of(version, 100),
        stated_at=bill.stated_at,
    )
