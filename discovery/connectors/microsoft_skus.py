"""Names behind Microsoft's licence numbers, as pages and exports write them, and what is AI in a suite.

Names and ids: "Product names and service plan identifiers for licensing", which Microsoft publishes at
https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference

Five were read in copies of that page, the others in public scripts that quote it. A part number that is
none of them is words with underscores between ("Microsoft_365_E5_(no_Teams)"), which say as much.
"""

from __future__ import annotations

#: (id of the SKU, part number, name)
_SKUS = (
    ("639dec6b-bb19-468b-871c-c5c441c4b0cb", "MICROSOFT_365_COPILOT", "Microsoft 365 Copilot"),
    ("a809996b-059e-42e2-9866-db24b99a9782", "M365_COPILOT", "Copilot for Microsoft 365"),
    ("ad9c22b3-52d7-4e7e-973c-88121ea96436", "MICROSOFT_365_COPILOT_EDU", "Microsoft 365 Copilot"),
    ("15f2e9fc-b782-4f73-bf51-81d8b7fff6f4", "MICROSOFT_COPILOT_FOR_SALES", "Microsoft Copilot for Sales"),
    ("05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", "Microsoft 365 E3"),
    ("dcf0408c-aaec-446c-afd4-43e3683943ea", "MICROSOFT_365_E3_(NO_TEAMS)", "Microsoft 365 E3 (no Teams)"),
    ("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5", "Microsoft 365 E5"),
    ("6fd2c87f-b296-42f0-b197-1e91e994b900", "ENTERPRISEPACK", "Office 365 E3"),
    ("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", "SPB", "Microsoft 365 Business Premium"),
    ("3b555118-da6a-4418-894f-7df1e2096870", "O365_BUSINESS_ESSENTIALS", "Microsoft 365 Business Basic"),
    ("cdd28e44-67e3-425a-be4c-37b8079d7365", "O365_BUSINESS", "Microsoft 365 Apps for business"),
)
_BY_ID = {sku_id: name for sku_id, _, name in _SKUS}
_BY_PART_NUMBER = {part: name for _, part, name in _SKUS}

COPILOT = "Microsoft 365 Copilot"
#: The service plan that every licence with Copilot has, and none without: "Graph-grounded chat".
COPILOT_PLAN_ID = "3f30311c-6b1e-48a4-ab79-725b469da960"
COPILOT_PLAN = "M365_COPILOT_BUSINESS_CHAT"


def sku_name(sku_id: str, part_number: str = "") -> str:
    """What a licence is called; the number itself where nobody says, as it came."""
    known = _BY_ID.get(sku_id.lower()) or _BY_PART_NUMBER.get(part_number.upper())
    return known or " ".join(part_number.replace("_", " ").split()) or sku_id


def is_copilot(name: str) -> bool:
    """Whether a licence is one of Copilot by its own name, so that nothing within it need be looked for."""
    return "copilot" in name.lower()
