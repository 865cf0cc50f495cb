"""Every connector, in one literal list: adding one is a module and a line here."""

from __future__ import annotations

from discovery.connectors.anthropic_usage import AnthropicUsage
from discovery.connectors.aws_cur import AwsCur
from discovery.connectors.base import Connector, Head, UnreadableFile
from discovery.connectors.brex import Brex
from discovery.connectors.camt import Camt
from discovery.connectors.cef_log import CefLog
from discovery.connectors.chrome_extensions import ChromeExtensions
from discovery.connectors.cii_invoice import CiiInvoice
from discovery.connectors.contract_register import ContractRegister
from discovery.connectors.coupa_invoices import CoupaInvoices
from discovery.connectors.cxml import Cxml
from discovery.connectors.cyclonedx import Cyclonedx
from discovery.connectors.defender_cloud_apps import DefenderCloudApps
from discovery.connectors.directory_table import DirectoryTable
from discovery.connectors.duo_authentication import DuoAuthentication
from discovery.connectors.entra_consents import EntraConsents
from discovery.connectors.entra_grants import EntraGrants
from discovery.connectors.entra_licences import EntraLicences
from discovery.connectors.entra_sign_in_table import EntraSignInTable
from discovery.connectors.entra_sign_ins import EntraSignIns
from discovery.connectors.entra_subscribed_skus import EntraSubscribedSkus
from discovery.connectors.entra_users import EntraUsers
from discovery.connectors.focus import Focus
from discovery.connectors.github_copilot_seats import GithubCopilotSeats
from discovery.connectors.google_workspace_gemini import GoogleWorkspaceGemini
from discovery.connectors.google_workspace_licences import GoogleWorkspaceLicences
from discovery.connectors.google_workspace_login import GoogleWorkspaceLogin
from discovery.connectors.google_workspace_token import GoogleWorkspaceToken
from discovery.connectors.google_workspace_users import GoogleWorkspaceUsers
from discovery.connectors.intune_apps import IntuneApps
from discovery.connectors.licence_table import LicenceTable
from discovery.connectors.litellm_spend import LiteLlmSpend
from discovery.connectors.logs_of_no_use import why_of_no_use
from discovery.connectors.member_list import MemberList
from discovery.connectors.mt940 import Mt940
from discovery.connectors.netskope_events import NetskopeEvents
from discovery.connectors.netsuite_bills import NetsuiteBills
from discovery.connectors.netsuite_bills_csv import NetsuiteBillsCsv
from discovery.connectors.ofx import Ofx
from discovery.connectors.okta_system_log import OktaSystemLog
from discovery.connectors.okta_users import OktaUsers
from discovery.connectors.onelogin_events import OneLoginEvents
from discovery.connectors.openai_usage import OpenAiUsage
from discovery.connectors.osquery_tables import OsqueryTables
from discovery.connectors.plaid import Plaid
from discovery.connectors.quickbooks_bills import QuickbooksBills
from discovery.connectors.ramp import Ramp
from discovery.connectors.scim_directory import ScimDirectory
from discovery.connectors.spdx import Spdx
from discovery.connectors.spend_tables import BankTable, CardTable, ExpenseTable, ProcurementTable
from discovery.connectors.stripe_issuing import StripeIssuing
from discovery.connectors.tool_activity import ToolActivity
from discovery.connectors.tool_members import ToolMembers
from discovery.connectors.ubl_invoice import UblInvoice
from discovery.connectors.umbrella_dns import UmbrellaDns
from discovery.connectors.unread_formats import why_unread
from discovery.connectors.xero_bills import XeroBills
from discovery.connectors.xero_bills_csv import XeroBillsCsv
from discovery.connectors.zeek import Zeek
from discovery.connectors.zscaler_web import ZscalerWeb

CONNECTORS: tuple[Connector, ...] = (
    ScimDirectory(),
    OktaUsers(),
    EntraUsers(),
    GoogleWorkspaceUsers(),
    DirectoryTable(),
    OktaSystemLog(),
    EntraSignIns(),
    EntraSignInTable(),
    EntraGrants(),
    EntraConsents(),
    GoogleWorkspaceToken(),
    GoogleWorkspaceLogin(),
    GoogleWorkspaceGemini(),
    DuoAuthentication(),
    OneLoginEvents(),
    ToolActivity(),
    DefenderCloudApps(),
    EntraSubscribedSkus(),
    EntraLicences(),
    GoogleWorkspaceLicences(),
    GithubCopilotSeats(),
    LicenceTable(),
    ToolMembers(),
    MemberList(),
    Cyclonedx(),
    Spdx(),
    ChromeExtensions(),
    IntuneApps(),
    OsqueryTables(),
    Ofx(),
    Camt(),
    Mt940(),
    Ramp(),
    Brex(),
    StripeIssuing(),
    Plaid(),
    UblInvoice(),
    CiiInvoice(),
    Cxml(),
    CoupaInvoices(),
    XeroBills(),
    XeroBillsCsv(),
    QuickbooksBills(),
    NetsuiteBills(),
    NetsuiteBillsCsv(),
    OpenAiUsage(),
    AnthropicUsage(),
    LiteLlmSpend(),
    Focus(),
    AwsCur(),
    Zeek(),
    UmbrellaDns(),
    ZscalerWeb(),
    NetskopeEvents(),
    CefLog(),
    ContractRegister(),
    CardTable(),
    BankTable(),
    ExpenseTable(),
    ProcurementTable(),
)

_BY_NAME = {connector.name: connector for connector in CONNECTORS}


def by_name(name: str) -> Connector:
    """The connector of that name. Raises UnreadableFile naming those that exist."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnreadableFile(
            f"there is no connector called {name}; the connectors are {', '.join(sorted(_BY_NAME))}"
        ) from None


def is_gateway(name: str) -> bool:
    """Whether providers meter too what the connector of that name tells of; an unknown one is none."""
    connector = _BY_NAME.get(name)
    return connector is not None and connector.gateway


def is_of_one_tool(name: str) -> bool:
    """Whether the connector of that name tells of one tool alone, so that it covers no other."""
    connector = _BY_NAME.get(name)
    return connector is not None and connector.of_one_tool


def recognise(head: Head) -> Connector:
    """The connector that recognises the content best; ties go to the first of the list.

    Raises UnreadableFile with a sentence that says what to do where none does.
    """
    if not head.start.strip():
        raise UnreadableFile(f"{head.name} is empty; export it again")
    surest, chosen = 0, None
    for connector in CONNECTORS:
        answer = connector.recognises(head)
        if answer > surest:
            surest, chosen = answer, connector
    if chosen is None and (why := why_of_no_use(head)):
        raise UnreadableFile(f"{head.name} {why}")
    if chosen is None:
        raise UnreadableFile(f"{head.name} {why_unread(head)}")
    return chosen
