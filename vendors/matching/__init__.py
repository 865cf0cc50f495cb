"""How a text is recognised: normalise → candidates → score → decide → explain.

Pure Python: no Django, no database, no clock, no network. The whole interface::

    matcher = Matcher(entries)                      # CatalogEntries, from wherever
    descriptor = describe("card", "OPENAI *CHATGPT SUBSCR 4158799686 CA", mcc="5734")
    recognition = matcher.recognise(descriptor)
"""

from vendors.matching.answers import (
    Alternative,
    Asks,
    Channel,
    Considered,
    Decision,
    Descriptor,
    NoneBecause,
    Recognition,
)
from vendors.matching.descriptors import Descriptors
from vendors.matching.matcher import Matcher
from vendors.matching.normalise import NORMALISER_VERSION, describe, described, normal_form

__all__ = [
    "NORMALISER_VERSION",
    "Alternative",
    "Asks",
    "Channel",
    "Considered",
    "Decision",
    "Descriptor",
    "Descriptors",
    "Matcher",
    "NoneBecause",
    "Recognition",
    "describe",
    "described",
    "normal_form",
]
