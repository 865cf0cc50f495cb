"""Names behind Microsoft's licence numbers, as pages and exports write them, and what is AI in a suite.

Names and ids: "Product names and service plan identifiers for licensing", which Microsoft publishes at
https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference

Read in the page as of 29 October 2025, but M365_COPILOT, which public scripts quote. A part number that is
none of them is words with underscores between ("Microsoft_365_E5_(no_Teams)"), which say as much. What AI
a SKU has within: ``ai_within``.
"""

from __future__ import annotations

#: (id of the SKU, part number, name)
_SKUS = (
    ("639dec6b-bb19-468b-871c-c5c441c4b0cb", "MICROSOFT_365_COPILOT", "Microsoft 365 Copilot"),
    ("a809996b-059e-42e2-9866-db24b99a9782", "M365_COPILOT", "Copilot for Microsoft 365"),
    ("ad9c22b3-52d7-4e7e-973c-88121ea96436", "MICROSOFT_365_COPILOT_EDU", "Microsoft 365 Copilot"),
    (
        "15f2e9fc-b782-4f73-bf51-81d8b7fff6f4",
        "MICROSOFT_COPILOT_FOR_SALES",
        "Microsoft 365 Copilot for Sales",
    ),
    ("75564b9c-51e8-431c-b8fe-d472d5a545c8", "POWER_VIRTUAL_AGENTS", "Microsoft Copilot Studio"),
    ("d7974fa0-ddd7-4899-9589-1ea04273aa26", "POWER_VIRTUAL_AGENTS_FOR_GCC_GCC", "Microsoft Copilot Studio"),
    (
        "84ed7c30-3738-43a0-aa03-cf6c577d8dbb",
        "POWER_VIRTUAL_AGENTS_USGOV_GCCHIGH",
        "Microsoft Copilot Studio",
    ),
    ("4b74a65c-8b4a-4fc8-9f6b-5177ed11ddfa", "VIRTUAL_AGENT_USL", "Microsoft Copilot Studio"),
    ("f1de227b-f1bd-4959-bd80-b80547095e6d", "VIRTUAL_AGENT_USL_GCC", "Microsoft Copilot Studio"),
    (
        "470845c0-6884-47e1-89d0-9d6244a77b44",
        "VIRTUAL_AGENT_USL_AR_USGOV_GCCHIGH",
        "Microsoft Copilot Studio",
    ),
    ("606b54a9-78d8-4298-ad8b-df6ef4481c80", "CCIBOTS_PRIVPREV_VIRAL", "Microsoft Copilot Studio"),
    ("e4e55366-9635-46f4-a907-fc8c3b5ec81f", "VIRTUAL_AGENT_BASE", "Microsoft Copilot Studio"),
    ("9900a3e2-6660-4c52-9074-60c949991389", "VIRTUAL_AGENT_BASE_GCC", "Microsoft Copilot Studio"),
    ("d2dea78b-507c-4e56-b400-39447f4738f8", "CDSAICAPACITY", "AI Builder Capacity add-on"),
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

#: The service plan that every licence with Copilot has, and none without: "Graph-grounded chat".
COPILOT_PLAN_ID = "3f30311c-6b1e-48a4-ab79-725b469da960"


def sku_name(sku_id: str, part_number: str = "") -> str:
    """What a licence is called; the number itself where nobody says, as it came."""
    known = _BY_ID.get(sku_id.lower()) or _BY_PART_NUMBER.get(part_number.upper())
    return known or " ".join(part_number.replace("_", " ").split()) or sku_id


def is_copilot(name: str) -> bool:
    """Whether a licence is one of Copilot by its own name, so that nothing within it need be looked for."""
    return "copilot" in name.lower()
