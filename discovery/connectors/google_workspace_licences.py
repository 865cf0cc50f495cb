"""Google Workspace: who has a licence of which product, as the Enterprise License Manager API lists them.

API:  https://developers.google.com/workspace/admin/licensing/reference/rest/v1/licenseAssignments
SKUs: https://developers.google.com/workspace/admin/licensing/v1/how-tos/products
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors.ai_within import with_ai_within
from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Kind
from discovery.connectors.stated_values import OWN_ID, address_of, id_of
from discovery.records import Licence, Rejected, Rows, Switch, Who

#: Names of SKUs by their id, as Google's own list gives them; …0004 and …0005 as public scripts do.
_SKUS = {
    "1010470001": "Gemini Enterprise (formerly Duet AI for Enterprise)",
    "1010470002": "Gemini Labs",
    "1010470003": "Gemini Business",
    "1010470004": "Google AI Pro for Education",
    "1010470005": "Gemini Education Premium",
    "1010470006": "Gemini Security",
    "1010470007": "Gemini Meet",
    "1010470008": "AI Ultra Access (formerly Google AI Ultra for Business)",
    "1010470009": "AI Expanded Access",
    "1010680001": "Gemini Enterprise Business Edition",
    "1010020020": "Google Workspace Enterprise Plus",
    "1010020025": "Google Workspace Business Plus",
    "1010020026": "Google Workspace Enterprise Standard",
    "1010020027": "Google Workspace Business Starter",
    "1010020028": "Google Workspace Business Standard",
    "1010020029": "Google Workspace Enterprise Starter",
    "1010020030": "Google Workspace Frontline Starter",
    "1010020031": "Google Workspace Frontline Standard",
    "1010020034": "Google Workspace Frontline Plus",
    "1010060001": "Google Workspace Essentials",
    "1010060003": "Google Workspace Enterprise Essentials",
    "1010060005": "Google Workspace Enterprise Essentials Plus",
}
#: What products of AI are called, whatever SKU of them it is: the Gemini that 101047 sells is part of
#: Workspace, though one of its SKUs has the name of the other product.
_OF_AI = {"101047": "Gemini for Google Workspace", "101068": "Gemini Enterprise"}


class GoogleWorkspaceLicences(ApiObjects):
    name = "google_workspace_licences"
    kind = Kind.LICENCE
    title = "Google Workspace licences (JSON)"
    lists = frozenset({"items"})

    def is_one(self, found: Fields) -> bool:
        return bool(found.text("skuId") and found.text("userId") and found.text("productId"))

    def read(self, stream: BinaryIO) -> Rows:
        """One row a licence, and one for the Gemini within where the edition has it."""
        for position, row in super().read(stream):
            yield from ((position, one) for one in with_ai_within(row))

    def row(self, found: Fields) -> Licence | Rejected:
        product, sku, user = found.text("productId"), found.text("skuId"), found.text("userId")
        if not user or not (sku or product):
            return Rejected(
                "the licence names no user or no SKU; export it with userId, productId and skuId",
                found.shown("productId", "skuId"),
            )
        plan = _SKUS.get(sku) or found.text("skuName")
        email = address_of(user)
        return Licence(
            account="",
            own_id=id_of(product, sku, user.lower())[:OWN_ID],
            app=_OF_AI.get(product) or plan or found.text("productName") or f"{product} {sku}".strip(),
            who=Who(email=email, login="" if email else user[:254]),
            plan=plan[:120],
            state=Switch.ON,
        )
