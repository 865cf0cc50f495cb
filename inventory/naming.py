"""Names of tools, from the catalog: what a key is called, and what it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from vendors.models import Product, ProductCapability, Vendor


@dataclass(frozen=True, slots=True)
class ToolName:
    """What a tool is called. ``product`` parts are empty where only the vendor is known."""

    product: str = ""
    product_name: str = ""
    vendor: str = ""
    vendor_name: str = ""
    domain: str = ""
    origin: str = ""

    @property
    def title(self) -> str:
        """The name to show: the product's, else the vendor's, else the bare key."""
        return self.product_name or self.vendor_name or self.product or self.vendor


def names_of(vendor_of: dict[str, str]) -> dict[str, ToolName]:
    """Tool key → name, for a mapping of tool key → vendor key. Two queries.

    A key that the catalog has lost is named by itself: keys are permanent, names are not.
    """
    vendors = {
        key: (name, origin)
        for key, name, origin in Vendor.objects.filter(key__in=set(vendor_of.values())).values_list(
            "key", "name", "origin"
        )
    }
    products = {
        key: (name, domain, origin)
        for key, name, domain, origin in Product.objects.filter(key__in=set(vendor_of)).values_list(
            "key", "name", "domain", "origin"
        )
    }
    names = {}
    for key, vendor in vendor_of.items():
        vendor_name, vendor_origin = vendors.get(vendor, (vendor, ""))
        if key == vendor:
            names[key] = ToolName("", "", vendor, vendor_name, "", vendor_origin)
        else:
            name, domain, origin = products.get(key, (key, "", vendor_origin))
            names[key] = ToolName(key, name, vendor, vendor_name, domain, origin)
    return names


def capabilities_of(products: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Product key → (capability key, name), the primary one first."""
    links = (
        ProductCapability.objects.filter(product__key__in=products)
        .order_by("product__key", "position")
        .values_list("product__key", "capability__key", "capability__name")
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for product, key, name in links:
        found[product].append((key, name))
    return found
