"""FOCUS: the cost and usage of clouds in the one format that all of them export.

Specification: https://focus.finops.org/focus-specification/ (versions 1.0 to 1.4)
Columns of Microsoft beside it: https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-focus

A file has no ids of its lines. ``BilledCost`` is what is paid, ``EffectiveCost`` the same with
prepaid commitments spread over what used them; they are never added. CSV and Parquet.
"""

from __future__ import annotations

import re
from datetime import date

from discovery.connectors.amounts import stated_currency
from discovery.connectors.aws_names import bedrock_model, without_region
from discovery.connectors.billing_tables import TAX, BillingTable, Said
from discovery.connectors.metered_values import exact_cost, tagged
from discovery.connectors.stated_values import ACCOUNT, TYPE, each_once, text_of
from discovery.records import Rejected, Usage

_DESCRIBED = (
    "billingaccountid", "billingcurrency", "chargecategory", "chargeclass",
    "providername", "serviceprovidername", "hostprovidername", "publishername",
    "servicename", "servicecategory", "skumeter", "xskumetersubcategory", "xskumetername", "xusagetype",
    "chargedescription", "subaccountid", "subaccountname", "tags", "consumedunit",
)  # fmt: skip
#: Neither prices, tags and names, which are changed afterwards, nor the invoice, which comes later.
_TELLING = (
    "resourceid", "skuid", "skumeter", "xskumeterid", "xusagetype", "xoperation", "subaccountid", "regionid",
    "chargecategory", "chargeclass", "servicename", "publishername", "commitmentdiscountid",
    "pricingcategory",
)  # fmt: skip

#: Whose names a publisher's begins with where a cloud sells its own services.
_CLOUDS = {
    "amazon": "Amazon", "aws": "Amazon", "microsoft": "Microsoft", "azure": "Microsoft",
    "google": "Google Cloud", "gcp": "Google Cloud", "oracle": "Oracle", "oci": "Oracle", "ibm": "IBM",
    "alibaba": "Alibaba Cloud",
}  # fmt: skip
_TOKENS = re.compile(r"(?:(1k|1000|thousand|1m|1000000|million)\s*)?tokens?", re.IGNORECASE)
_THOUSAND, _MILLION = frozenset({"1k", "1000", "thousand"}), frozenset({"1m", "1000000", "million"})
_OUTPUT = re.compile(r"\b(?:output|outp|out|completion|opt)\b", re.IGNORECASE)
_INPUT = re.compile(r"\b(?:input|inp|in|prompt)\b", re.IGNORECASE)
_LONGEST = 300


class Focus(BillingTable):
    name = "focus"
    title = "FOCUS cost and usage of clouds (CSV, Parquet)"
    essential = {
        "billedcost": "BilledCost",
        "billingcurrency": "BillingCurrency",
        "chargecategory": "ChargeCategory",
        "chargeperiodstart": "ChargePeriodStart",
        "servicename": "ServiceName",
    }
    described = _DESCRIBED
    dates = ("chargeperiodstart", "chargeperiodend")
    amounts = ("billedcost", "effectivecost", "consumedquantity")
    telling = _TELLING

    def meaning(self, cells: tuple[str, ...]) -> Said:
        stated = dict(zip(_DESCRIBED, cells, strict=True))
        category = stated["chargecategory"]
        if category.lower() == "tax":
            return TAX
        currency = stated_currency(stated["billingcurrency"])
        if not currency:
            return _rejected("the line has no BillingCurrency of ISO 4217", stated)
        service, text = _named(stated)
        if not text:
            return _rejected("the line names no service", stated)
        department, cost_centre = tagged(stated["tags"]) if stated["tags"] else ("", "")
        correction = " correction" if stated["chargeclass"].lower() == "correction" else ""
        return Usage(
            account=text_of(stated["billingaccountid"], ACCOUNT),
            own_id="",
            date=date.min,
            text=text,
            currency=currency,
            model=bedrock_model(service),
            project=text_of(stated["subaccountname"] or stated["subaccountid"], ACCOUNT),
            type=text_of(f"{category}{correction}", TYPE),
            department=department,
            cost_centre=cost_centre,
            # How many tokens one of the quantity is, for ``line``.
            input_tokens=_unit(stated, _INPUT, _OUTPUT),
            output_tokens=_unit(stated, _OUTPUT, _INPUT),
        )

    def line(self, meaning: Usage, amounts: tuple[str, ...]) -> Said:
        billed, effective, quantity = amounts
        try:
            cost = exact_cost(billed)
        except ValueError:
            return Rejected("the line has no readable BilledCost; export the bill again")
        try:
            spread = exact_cost(effective) if effective else None
        except ValueError:
            spread = None
        if not (meaning.input_tokens or meaning.output_tokens):
            return meaning._replace(cost=cost, effective_cost=spread)
        return meaning._replace(
            cost=cost,
            effective_cost=spread,
            input_tokens=_tokens(quantity, meaning.input_tokens),
            output_tokens=_tokens(quantity, meaning.output_tokens),
        )


def _named(stated: dict[str, str]) -> tuple[str, str]:
    """The service, and what names it, its maker where it is sold on a marketplace, and the model or SKU."""
    service = text_of(stated["servicename"], _LONGEST)
    # From version 1.3 on the maker is the service's provider and the cloud its host.
    provider = stated["hostprovidername"] or stated["providername"] or stated["serviceprovidername"]
    publisher = stated["serviceprovidername"] or stated["publishername"]
    cloud = _cloud(provider)
    maker = ""
    if publisher and _cloud(publisher) != cloud and publisher.lower() != provider.lower():
        maker = publisher
    elif cloud and stated["servicecategory"].lower().startswith("ai "):
        # "Foundry Models" and "Machine Learning" are names of many; the cloud says whose.
        maker = cloud
    meter = stated["xskumetername"] or stated["skumeter"] or without_region(stated["xusagetype"])
    text = each_once(maker, service, stated["xskumetersubcategory"], meter, stated["chargedescription"])
    return service, text_of(text, _LONGEST)


def _cloud(name: str) -> str:
    first = re.match(r"[a-z]+", name.lower())
    return _CLOUDS.get(first[0], "") if first else ""


def _unit(stated: dict[str, str], wanted: re.Pattern[str], other: re.Pattern[str]) -> int | None:
    """How many tokens of one direction a unit of the quantity is; None where it measures something else."""
    found = _TOKENS.fullmatch(stated["consumedunit"])
    if found is None:
        return None
    names = (
        " ".join(
            (stated["skumeter"], stated["xskumetername"], stated["xusagetype"], stated["chargedescription"])
        )
        .replace("-", " ")
        .replace("_", " ")
    )
    if not wanted.search(names) or other.search(names):
        return None
    scale = (found[1] or "").lower()
    return 1000 if scale in _THOUSAND else 1_000_000 if scale in _MILLION else 1


def _tokens(quantity: str, unit: int | None) -> int | None:
    if unit is None:
        return None
    try:
        return exact_cost(quantity) * unit // 1_000_000
    except ValueError:
        return None


def _rejected(why: str, stated: dict[str, str]) -> Rejected:
    shown = ("chargecategory", "billingcurrency")
    return Rejected(
        f"{why}; export the bill again with all columns",
        "; ".join(f"{name}: {stated[name][:40]}" for name in shown if stated[name]),
    )
