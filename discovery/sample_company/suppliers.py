"""Who writes invoices to the sample company. Tax numbers are invented."""

from __future__ import annotations

from discovery.sample_company.world import Supplier

SUPPLIERS = {
    "openai": Supplier("OpenAI", "OpenAI Ireland Limited", "IE", "IE0000001AA", "Dublin"),
    "deepl": Supplier("DeepL", "DeepL SE", "DE", "DE000000002", "Köln"),
    "langdock": Supplier("Langdock", "Langdock GmbH", "DE", "DE000000003", "Berlin"),
    "glean": Supplier("Glean", "Glean Technologies, Inc.", "US", "US00-0000004", "Palo Alto"),
    "gong": Supplier("Gong", "Gong.io Inc.", "US", "US00-0000005", "San Francisco"),
    "synthesia": Supplier("Synthesia", "Synthesia Limited", "GB", "GB000000006", "London"),
    "harvey": Supplier("Harvey", "Counsel AI Corporation", "US", "US00-0000007", "San Francisco"),
    "nordsoft": Supplier("Nordsoft", "Nordsoft Distribution AB", "SE", "SE000000000801", "Malmö"),
    "sauberland": Supplier("Sauberland", "Reinigung Sauberland GmbH", "DE", "DE000000009", "Hamburg"),
    "funkenflug": Supplier("Funkenflug", "Werbeagentur Funkenflug GmbH", "DE", "DE000000010", "Hamburg"),
    "westerkamp": Supplier("Westerkamp", "Spedition Westerkamp KG", "DE", "DE000000011", "Bremen"),
    "sonnendeck": Supplier("Sonnendeck", "Catering Sonnendeck GmbH", "DE", "DE000000012", "Hamburg"),
}

#: Names of ordinary suppliers that must be unreadable after a scan.
ORDINARY = ("sauberland", "funkenflug", "westerkamp", "sonnendeck")
