"""AWS cost and usage reports: CUR 2.0 and the legacy CSV, with a line for each kind of use and hour.

Columns: https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html
Bedrock: https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-understanding-cur-data.html

Both write the same columns, ``line_item_usage_type`` and ``lineItem/UsageType``. A line's id is its
own within one version of a report alone, so it is no id here. CSV and Parquet.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec

from discovery.connectors.amounts import stated_currency
from discovery.connectors.aws_names import bedrock_model, without_region
from discovery.connectors.billing_tables import TAX, BillingTable, Said
from discovery.connectors.metered_values import exact_cost, tagged
from discovery.connectors.stated_values import ACCOUNT, TYPE, address_of, each_once, text_of
from discovery.records import NOBODY, Rejected, Usage, Who

_DESCRIBED = (
    "billpayeraccountid", "lineitemusageaccountid", "lineitemusageaccountname", "lineitemlineitemtype",
    "lineitemproductcode", "lineitemusagetype",
    "lineitemlineitemdescription", "lineitemcurrencycode", "productproductname", "product",
    "lineitemlegalentity", "resourcetags", "lineitemiamprincipal",
)  # fmt: skip
#: What a line is the sum over. Neither prices and tags, which are changed afterwards, nor the invoice.
_TELLING = (
    "lineitemoperation", "lineitemusageaccountid", "lineitemlineitemtype", "lineitemproductcode",
    "lineitemusagetype", "lineitemresourceid", "lineitemavailabilityzone", "lineitemiamprincipal",
    "reservationreservationarn", "savingsplansavingsplanarn",
)  # fmt: skip
_EFFECTIVE = {
    "discountedusage": "reservationeffectivecost",
    "savingsplancoveredusage": "savingsplansavingsplaneffectivecost",
}
_FEES = frozenset({"rifee", "savingsplanrecurringfee", "savingsplanupfrontfee"})
_OWN = re.compile(r"amazon|aws\b", re.IGNORECASE)
_PRODUCT = msgspec.json.Decoder(dict[str, Any])
_LONGEST = 300


class AwsCur(BillingTable):
    name = "aws_cur"
    title = "AWS cost and usage report (CSV, Parquet)"
    essential = {
        "lineitemlineitemtype": "line_item_line_item_type",
        "lineitemusagestartdate": "line_item_usage_start_date",
        "lineitemproductcode": "line_item_product_code",
        "lineitemusagetype": "line_item_usage_type",
        "lineitemunblendedcost": "line_item_unblended_cost",
    }
    described = _DESCRIBED
    dates = ("lineitemusagestartdate", "lineitemusageenddate")
    amounts = ("lineitemunblendedcost", *_EFFECTIVE.values())
    telling = _TELLING

    def meaning(self, cells: tuple[str, ...]) -> Said:
        stated = dict(zip(_DESCRIBED, cells, strict=True))
        kind = stated["lineitemlineitemtype"]
        if kind.lower() == "tax":
            return TAX
        currency = stated_currency(stated["lineitemcurrencycode"] or "USD")
        if not currency:
            return _rejected("the line has no currency of ISO 4217", stated)
        service = _service(stated)
        seller = stated["lineitemlegalentity"]
        text = each_once(
            "" if _OWN.match(seller) else seller,
            service,
            without_region(stated["lineitemusagetype"]),
            stated["lineitemlineitemdescription"],
        )
        if not text:
            return _rejected("the line names no product", stated)
        department, cost_centre = tagged(stated["resourcetags"]) if stated["resourcetags"] else ("", "")
        return Usage(
            account=text_of(stated["billpayeraccountid"], ACCOUNT),
            own_id="",
            date=date.min,
            text=text_of(text, _LONGEST),
            currency=currency,
            model=bedrock_model(service),
            project=text_of(stated["lineitemusageaccountname"] or stated["lineitemusageaccountid"], ACCOUNT),
            who=_who(stated["lineitemiamprincipal"]),
            type=text_of(kind, TYPE),
            department=department,
            cost_centre=cost_centre,
        )

    def line(self, meaning: Usage, amounts: tuple[str, ...]) -> Said:
        try:
            cost = exact_cost(amounts[0])
            effective = self._effective(meaning.type.lower(), cost, amounts)
        except ValueError:
            return Rejected("the line has no readable cost; export the report again")
        return meaning._replace(cost=cost, effective_cost=effective)

    def _effective(self, kind: str, cost: int, amounts: tuple[str, ...]) -> int | None:
        """The cost with commitments spread over what used them; None of fees, of which no column says it."""
        if kind in _EFFECTIVE:
            stated = amounts[self.amounts.index(_EFFECTIVE[kind])]
            return exact_cost(stated) if stated else None
        if kind == "savingsplannegation":  # takes back what covered use costs beside the plan
            return 0
        return None if kind in _FEES else cost


def _service(stated: dict[str, str]) -> str:
    """The product's name; of a bill that leaves it out, its code ("AmazonBedrock")."""
    name = stated["productproductname"]
    if not name and stated["product"]:
        try:
            name = text_of(_PRODUCT.decode(stated["product"]).get("product_name"))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            name = ""
    return text_of(name or stated["lineitemproductcode"], _LONGEST)


def _who(principal: str) -> Who:
    """The person at the end of an assumed role's name: "…:assumed-role/Developers/maja@acme.example"."""
    email = address_of(principal.rpartition("/")[2])
    return Who(email=email) if email else NOBODY


def _rejected(why: str, stated: dict[str, str]) -> Rejected:
    shown = ("lineitemlineitemtype", "lineitemproductcode")
    return Rejected(
        f"{why}; export the report again with all columns",
        "; ".join(f"{name}: {stated[name][:40]}" for name in shown if stated[name]),
    )
