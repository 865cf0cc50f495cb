"""What leads a new administrator to a first inventory: which exports to fetch, where, and what they give.

One paragraph a system; docs/connectors has the rest. A step is done once a source of its kinds was read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Fetch:
    """Where one system has its export."""

    system: Text
    how: Text


@dataclass(frozen=True)
class Step:
    """``kinds`` are the sources that make it done; none: the inventory. A ``later`` one holds nothing up."""

    name: Text
    gives: Text
    kinds: frozenset[str]
    fetch: tuple[Fetch, ...] = ()
    later: bool = False


STEPS = (
    Step(
        _("A directory"),
        _("people and departments, so that money finds its team"),
        frozenset({"directory"}),
        (
            Fetch(
                _("Your identity provider, by SCIM 2.0"),
                _(
                    "Ask its SCIM address for /Users?startIndex=1&count=200, then startIndex=201 and so on, "
                    "and save every answer; one file or several, as they come."
                ),
            ),
            Fetch(
                _("A list of people"),
                _(
                    "From the HR system, or as Entra, Google Workspace, Microsoft 365 or Okta export it: "
                    "e-mail, department, cost centre, manager and status, as CSV or XLSX."
                ),
            ),
        ),
    ),
    Step(
        _("One source of money"),
        _("cards, bank, expenses or invoices: what is paid for"),
        frozenset({"card", "bank", "expense", "procurement"}),
        (
            Fetch(
                _("Company cards"),
                _(
                    "In the portal of the card (also Ramp, Brex, Stripe): transactions of the last twelve "
                    "months, all cards, all columns, as CSV or XLSX, with the header row."
                ),
            ),
            Fetch(
                _("Online banking"),
                _(
                    "Under “Download” or “Export”: camt.053, MT940, OFX or QFX where offered, else CSV; a "
                    "whole year, booked transactions, the lines above the table left in place."
                ),
            ),
            Fetch(
                _("Expenses"),
                _(
                    "A report with one row an expense: its number, the employee’s e-mail, merchant, amount, "
                    "currency, and whether it is reimbursed; as CSV or XLSX."
                ),
            ),
            Fetch(
                _("Accounts payable"),
                _(
                    "Bills as Coupa, NetSuite, QuickBooks or Xero export them; one row an invoice line with "
                    "supplier, invoice number, date, description, net, tax, total and currency; or the "
                    "e-invoices themselves (UBL, Factur-X, cXML), all in one archive."
                ),
            ),
            Fetch(
                _("Anything else that lists payments"),
                _("Upload it as it is: where no format is recognised you say what its columns mean, once."),
            ),
        ),
    ),
    Step(
        _("One source of sign-ins"),
        _("sign-ins or grants: what is used without being paid for"),
        frozenset({"sso", "grant"}),
        (
            Fetch(
                _("Okta"),
                _(
                    "The System Log, at /api/v1/logs with a token that may read logs (okta.logs.read): every "
                    "page, saved one after the other. It reaches back 90 days."
                ),
            ),
            Fetch(
                _("Google Workspace"),
                _(
                    "The token activity of the Reports API, "
                    "/admin/reports/v1/activity/users/all/applications/token with the scope "
                    "admin.reports.audit.readonly: every page. The same with “saml” tells who opened which "
                    "app."
                ),
            ),
            Fetch(
                _("Microsoft Entra ID"),
                _(
                    "In the admin center under “Sign-in logs”: Download, as JSON or CSV, every week, for it "
                    "keeps 30 days. Which apps were let in, the grants and service principals of Graph tell, "
                    "in one file."
                ),
            ),
            Fetch(
                _("Duo or OneLogin"),
                _("The authentication log or the events, every page as the API answers."),
            ),
        ),
    ),
    Step(_("First inventory"), _("the AI tools that these tell of"), frozenset()),
    Step(
        _("Later, what shows more"),
        _("seats that nobody uses, what models cost, AI in code and on devices"),
        frozenset({"licence", "usage", "cloud", "code", "endpoint"}),
        (
            Fetch(
                _("Licences and members"),
                _(
                    "From Microsoft 365, Google Workspace and GitHub Copilot: who has which licence. From "
                    "the administration page of a tool such as ChatGPT, Claude, Cursor, Notion or Zoom: "
                    "its list of members, as CSV or XLSX."
                ),
            ),
            Fetch(
                _("Metered use"),
                _(
                    "Costs and usage of the organisation, as the administration APIs of OpenAI and Anthropic "
                    "answer; the spend log of LiteLLM; the bill of a cloud in the FOCUS format or as an AWS "
                    "cost and usage report, as CSV or Parquet."
                ),
            ),
            Fetch(
                _("Code"),
                _("The bill of materials of each product that is built here, in CycloneDX or SPDX."),
            ),
            Fetch(
                _("Devices"),
                _(
                    "Apps that Microsoft Intune found, extensions of managed Chrome browsers, or results of "
                    "osquery."
                ),
            ),
            Fetch(
                _("Network"),
                _("DNS and proxy logs are read only once the operator’s settings allow it."),
            ),
        ),
        later=True,
    ),
)


@dataclass(frozen=True)
class StepNow:
    step: Step
    done: bool
    next: bool  # the first that is not done, of those that lead to a first inventory


def steps_now(read: Collection[str], *, has_tools: bool) -> list[StepNow]:
    """Every step, from the kinds of sources that were read. Pure."""
    done = [bool(step.kinds & set(read)) if step.kinds else has_tools for step in STEPS]
    first = done.index(False) if False in done else len(done)
    return [
        StepNow(step, how, number == first and not step.later)
        for number, (step, how) in enumerate(zip(STEPS, done, strict=True))
    ]
