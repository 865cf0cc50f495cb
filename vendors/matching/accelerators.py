"""Lines of clouds' bills that are for machines with chips for AI, which no product's name tells.

"BoxUsage:p5.48xlarge" and "NCads H100 v5 Series" are how bills name them. Machines that nobody buys for
anything else than training and running models (AWS's own chips, NVIDIA's A100 and later, TPUs) are booked;
those that draw pictures as well (T4, L4, A10) wait for a person.

Families: AWS's announcements of G4 ("machine learning inference and graphics-intensive") and of Inf2 and Trn1
in its SDK (github.com/aws/aws-sdk-js-v3); Microsoft's pages of the ND, NC and NV families
(github.com/MicrosoftDocs/azure-docs, articles/virtual-machines/sizes/gpu-accelerated); Google's enumeration
of accelerators (cloud.google.com/dotnet/docs/reference/Google.Cloud.AIPlatform.V1). How their bills
word them is general knowledge, unverified.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Machine(NamedTuple):
    """A machine that a line of a bill is for."""

    product: str  # key of the catalog
    named: str  # the words of the line that tell it
    sure: bool  # whether it is for models and nothing else


_ONLY_FOR_MODELS = r"[ah]100|h200|gh200|g?b[23]00|mi300x?|v100"
_CLOUDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "amazon/ec2-accelerated",
        re.compile(r"elastic compute cloud|amazonec2|(?<![^\W_])ec2(?![^\W_])"),
        re.compile(r"(?<![^\W_])(?:p[2-9][a-z]*|trn\d[a-z]*|inf\d[a-z]*|dl\d[a-z]*)\.\d*(?:xlarge|metal)"),
        re.compile(r"(?<![^\W_])g\d[a-z]*\.\d*(?:xlarge|metal)"),
    ),
    (
        "microsoft/azure-gpu",
        re.compile(r"virtual machines"),
        re.compile(
            rf"(?<![^\W_])n[cd][a-z0-9]* (?:[a-z]+ )?(?:{_ONLY_FOR_MODELS})|(?<![^\W_])nd\d*[a-z]+(?![^\W_])"
        ),
        re.compile(r"(?<![^\W_])n[cv]\d*[a-z0-9]* (?:t4|a10)(?![^\W_])|(?<![^\W_])nc(?:ast4|s) v3"),
    ),
    (
        "google/cloud-accelerators",
        re.compile(r"compute engine|cloud tpu"),
        re.compile(
            rf"nvidia (?:tesla )?(?:{_ONLY_FOR_MODELS})|(?<![^\W_])a[234] (?:ultra|mega|high)?"
            r" ?instance|(?<![^\W_])tpu"
        ),
        re.compile(r"nvidia (?:tesla )?(?:l4|t4|p4|p100|k80)(?![^\W_])|(?<![^\W_])g[24] instance"),
    ),
)


def machine(form: str) -> Machine | None:
    """The machine with chips for AI that a line of a bill is for, by its normal form; None for any other."""
    for product, service, for_models, also_pictures in _CLOUDS:
        if service.search(form):
            if found := for_models.search(form):
                return Machine(product, found.group(), sure=True)
            if found := also_pictures.search(form):
                return Machine(product, found.group(), sure=False)
    return None
