"""Keys of the code → words of the pages: doors, sources and their kinds, months; and the hue of a tool."""

from __future__ import annotations

from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext_lazy as _

from discovery.connectors import CONNECTORS

DOOR_NAMES = {
    "procurement": _("Procurement"),
    "model_api": _("Model API"),
    "cloud_bill": _("Cloud bill"),
    "corporate_card": _("Corporate card"),
    "employee_expense": _("Employee expense"),
    "sso": _("Sign-in"),
    "grant": _("Grant"),
    "network": _("Network"),
    "licence": _("Licence"),
    "code": _("Code"),
    "device": _("Device"),
}

#: The same where room is scarce.
SHORT_DOORS = {
    "procurement": _("procurement"),
    "model_api": _("model API"),
    "cloud_bill": _("cloud bill"),
    "corporate_card": _("card"),
    "employee_expense": _("expense"),
    "sso": _("sign-in"),
    "grant": _("grant"),
    "network": _("network"),
    "licence": _("licence"),
    "code": _("code"),
    "device": _("device"),
}

KIND_NAMES = {
    "card": _("cards"),
    "bank": _("bank accounts"),
    "expense": _("employees’ expenses"),
    "procurement": _("invoices and orders"),
    "sso": _("sign-ins"),
    "grant": _("grants"),
    "directory": _("people and departments"),
    "licence": _("licences"),
    "usage": _("usage cost"),
    "cloud": _("cloud bills"),
    "network": _("network"),
    "code": _("code"),
    "endpoint": _("devices"),
}

#: A source that nobody named is called like its connector; people read the connector's title.
_TITLES = {connector.name: connector.title for connector in CONNECTORS}


def source_title(name: str) -> str:
    """A source as people call it, from its name."""
    return _TITLES.get(str(name), str(name))


def month_title(key: str) -> str:
    """YYYY-MM as people read it: Mar 2026."""
    return dateformat.format(date(int(key[:4]), int(key[5:]), 1), "M Y")


#: Whether what a licence allows can be used now.
SWITCHES = {"on": _("on"), "off": _("off"), "unknown": _("not known whether on or off")}

TERMS = {
    "start": _("Begins"),
    "end": _("Ends"),
    "notice_by": _("Notice by"),
    "amount": _("Amount"),
    "seats": _("Seats"),
    "plan": _("Plan"),
}

#: What a contract's amount is for.
EVERY = {
    "month": _("a month"),
    "quarter": _("a quarter"),
    "year": _("a year"),
    "term": _("for the whole term"),
}

#: In what software, or a site, was seen.
SEEN_IN = {
    "package": _("package in code"),
    "extension": _("browser extension"),
    "program": _("program on a device"),
    "domain": _("site in the network"),
}

#: One hue for each group of capabilities, the same in tile, bar and flow; 0 is all other.
_HUES = {
    "Assist and search": "c1",
    "Software work": "c2",
    "Meetings, voice, language": "c5",
    "Content and design": "c4",
    "Business functions": "c3",
    "Build and run AI": "c6",
}


def hue_of(group: str) -> str:
    """The class that colours a tool's tile, by the group of its primary capability."""
    return _HUES.get(group, "c0")
