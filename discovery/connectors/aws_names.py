"""How AWS names kinds of use and models, in its own reports and in FOCUS alike.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-understanding-cur-data.html
"""

from __future__ import annotations

import re

#: A region before a kind of use: "USE1-", "EUC1-MP:".
_REGION = re.compile(r"^[A-Z]{2,4}\d?-(?:MP:)?(?:[A-Z]{2,4}\d_)?")
_EDITION = re.compile(r"^(.+?) \(Amazon Bedrock Edition\)$", re.IGNORECASE)


def without_region(kind_of_use: str) -> str:
    """A kind of use alike in every region."""
    return _REGION.sub("", kind_of_use)


def bedrock_model(service: str) -> str:
    """The model that a service of Bedrock's marketplace is named after, cut to 200 letters; else ""."""
    edition = _EDITION.match(service)
    return edition[1][:200] if edition else ""
