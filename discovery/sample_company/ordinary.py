"""What an ordinary company also pays for and signs in to, none of it an AI tool.

Three kinds, because they promise different things: ordinary merchants and apps, of which nothing
may be readable after a scan; texts of vendors that sell AI among other things, and look-alikes that
carry an AI tool's name, both of which may wait for a person but may never be booked. Merchants
are invented; look-alikes are built after shapes seen in public statements.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merchant:
    """``name`` is what must be unreadable at rest; ``pattern`` what a statement shows."""

    name: str
    pattern: str
    mcc: str
    least: int  # cents
    most: int
    category: str
    typed: str = ""  # what people write in expense reports; the name in words where empty


_KINDS = (
    # what the shop is called, merchant category, least and most cents, expense category
    ("FRISCHMARKT", "5411", 320, 9_800, "Team"),
    ("BACKSTUBE", "5462", 280, 3_400, "Meals"),
    ("GASTHAUS", "5812", 1_400, 18_500, "Meals"),
    ("TRATTORIA", "5812", 1_600, 22_000, "Meals"),
    ("KAFFEEROSTEREI", "5814", 350, 2_900, "Meals"),
    ("HOTELLET", "7011", 7_900, 64_000, "Travel"),
    ("STADTTAXI", "4121", 780, 6_400, "Travel"),
    ("PARKHAUS", "7523", 300, 3_800, "Travel"),
    ("TANKSTELLE", "5541", 2_500, 11_000, "Travel"),
    ("BUEROBEDARF", "5943", 420, 24_000, "Office"),
    ("ELEKTRONIKHUS", "5732", 1_900, 89_000, "Equipment"),
    ("BLUMENHALLE", "5992", 1_800, 9_500, "Team"),
    ("FLYGBOLAGET", "4511", 6_900, 78_000, "Travel"),
    ("REGIONALBAHN", "4112", 390, 19_800, "Travel"),
    ("DRUCKEREI", "2741", 2_900, 140_000, "Marketing"),
    ("MESSEBAU", "7399", 9_000, 410_000, "Marketing"),
    ("SPRACHSCHULE", "8299", 8_000, 120_000, "Training"),
    ("POSTKONTOR", "9402", 160, 4_800, "Office"),
)
_HOUSES = (
    ("BRANDNER", "HAMBURG DE"),
    ("VASALUND", "STOCKHOLM SE"),
    ("TORVEGADE", "AARHUS DK"),
    ("KESTELOOT", "GENT BE"),
    ("OBERHAUSLER", "WIEN AT"),
    ("PRZYLASKI", "KRAKOW PL"),
    ("CALLEJUELA", "MALAGA ES"),
    ("MONTFERRAND", "LYON FR"),
    ("DROGHEDALE", "DUBLIN IE"),
    ("WAKEFORD", "LEEDS GB"),
    ("TAMMISALO", "HELSINKI FI"),
    ("RIDGEBURY", "DENVER CO"),
    ("HOLLISTON", "AUSTIN TX"),
    ("QUARRYVILLE", "BOSTON MA"),
)

MERCHANTS = tuple(
    Merchant(f"{kind} {house}", f"{kind} {house} {{store}} {town}", mcc, least, most, category)
    for kind, mcc, least, most, category in _KINDS
    for house, town in _HOUSES
)

#: Software that is not AI, from vendors that no catalog of AI tools has; billed monthly.
SOFTWARE = (
    Merchant("STUNDENWERK", "STUNDENWERK ZEITERFASSUNG BERLIN DE", "7372", 1_900, 1_900, "Software"),
    Merchant("BELEGFUCHS", "BELEGFUCHS GMBH 0800-5550142", "7372", 2_900, 2_900, "Software"),
    Merchant("LAGERBLICK", "PADDLE.NET* LAGERBLICK", "5734", 4_900, 4_900, "Software"),
    Merchant("TICKETSCHMIEDE", "TICKETSCHMIEDE.EXAMPLE HELSINKI", "7372", 7_500, 7_500, "Software"),
    Merchant("FONTKONTOR", "FS *FONTKONTOR 877-555-0187 CA", "5734", 3_200, 3_200, "Software"),
    Merchant("DOMAENENHAFEN", "DOMAENENHAFEN AB MALMOE SE", "4816", 1_290, 1_290, "Software"),
    Merchant("KUNDENKARTEI24", "STRIPE* KUNDENKARTEI24 DUBLIN IE", "7372", 5_900, 5_900, "Software"),
)

#: Vendors that also sell AI, where the text does not say so.
SUITES = (
    Merchant("", "SLACK T{ref} DUBLIN IE", "7372", 4_350, 87_000, "Software"),
    Merchant("", "MICROSOFT#G{number} MSBILL.INFO WA", "5734", 1_200, 64_000, "Software"),
    Merchant("", "GITHUB, INC. GITHUB.COM CA", "7372", 400, 21_000, "Software"),
    Merchant("", "NOTION LABS, INC. SAN FRANCISCO CA", "7372", 1_000, 16_000, "Software"),
    Merchant("", "ADOBE *CREATIVE CLOUD 408-536-6000 CA", "5734", 6_599, 6_599, "Software"),
    Merchant("", "ZOOM.US 888-799-9666 CA", "4814", 1_499, 17_990, "Software"),
    Merchant("", "AWS EMEA aws.amazon.co LU", "7399", 2_000, 190_000, "Software"),
    Merchant("", "GOOGLE *ADS{number} CC GOOGLE.COM IE", "7311", 5_000, 50_000, "Marketing"),
    Merchant("", "CANVA* I0{number} SYDNEY AU", "5968", 1_199, 1_199, "Software"),
    Merchant("", "ATLASSIAN AMSTERDAM NL", "5734", 800, 43_000, "Software"),
    Merchant("", "APPLE.COM/BILL 866-712-7753 CA", "5818", 99, 2_999, "Software"),
)

LOOK_ALIKES = (
    Merchant("", "GEMINI PLUMBING & HEATING LEEDS GB", "1711", 9_000, 48_000, "Office"),
    Merchant("", "CAFE CURSOR LISBOA PT", "5814", 420, 2_600, "Meals", "Coffee at Café Cursor"),
    Merchant(
        "", "JASPER INN AND SUITES JASPER AB", "7011", 9_900, 42_000, "Travel", "Jasper Inn, two nights"
    ),
    Merchant("", "OTTER CREEK TAPROOM PORTLAND ME", "5813", 1_400, 8_800, "Meals"),
    Merchant("", "SQ *CLAUDE'S BISTRO BRUXELLES BE", "5812", 2_400, 16_000, "Meals", "Lunch at Claude's"),
    Merchant("", "GAMMA BOUWMARKT 0418 UTRECHT NL", "5200", 890, 14_000, "Office"),
    Merchant("", "RUNWAY 9 LOUNGE ARLANDA SE", "5813", 1_100, 6_200, "Travel"),
    Merchant(
        "", "HARVEY AND SONS SEAFOOD HULL GB", "5812", 2_800, 19_000, "Meals", "Dinner, Harvey and Sons"
    ),
    Merchant(
        "", "PERPLEXITY ESCAPE ROOMS BERLIN DE", "7999", 9_600, 21_000, "Team", "Escape room, team event"
    ),
    Merchant("", "DEVIN BARBER SHOP CORK IE", "7230", 1_800, 4_200, "Other"),
    Merchant("", "MISTRAL WINE BAR NICE FR", "5813", 1_700, 9_900, "Meals"),
    Merchant("", "SUNO BAY HOTEL SPLIT HR", "7011", 8_800, 51_000, "Travel"),
    Merchant("", "PIZZERIA LOVABLE ROMA IT", "5812", 1_500, 7_700, "Meals"),
    Merchant("", "TST* GRANOLA HOUSE ZUERICH CH", "5814", 690, 3_200, "Meals"),
    Merchant("", "GLEANERS FARM SHOP KENDAL GB", "5411", 600, 5_400, "Team"),
    Merchant("", "TAXI COPILOT 24H PRAHA CZ", "4121", 900, 4_800, "Travel", "Taxi Copilot, airport"),
)

SIGN_IN_APPS = (
    "Norrland Intranet",
    "Stundenwerk",
    "Belegfuchs",
    "Reisekontor Portal",
    "Kantinenplan",
    "Lagerblick",
    "Ticketschmiede",
    "Fuhrpark Nord",
)
SUITE_APPS = ("Slack", "Zoom", "Salesforce", "Jira")
LOOK_ALIKE_APPS = ("Gamma Ray Dosimetry", "Otter Creek Parking", "Gemini Fleet Tracking")

_GOOGLE = "https://www.googleapis.com/auth/"
_ADDRESS = _GOOGLE + "userinfo.email"
#: (name, client id, what it asks for): nothing by which it could read what people wrote or said.
GRANT_APPS = (
    (
        "Serienbrief Nordisk",
        "442018375690-a1s4d7f0g3h6j9k2l5z8x1c4v7b0n3.apps.googleusercontent.com",
        (_ADDRESS, _GOOGLE + "gmail.send", _GOOGLE + "drive.file"),
    ),
    (
        "Kalenderbrücke",
        "553920174866-q2w5e8r1t4y7u0i3o6p9a2s5d8f1g4.apps.googleusercontent.com",
        (_ADDRESS, _GOOGLE + "calendar"),
    ),
    (
        "Signaturwerk",
        "664105938271-z3x6c9v2b5n8m1k4j7h0g3f6d9s2a5.apps.googleusercontent.com",
        (_ADDRESS, _GOOGLE + "drive.file"),
    ),
    (
        "Reisekontor Kalender",
        "775830416925-p4o7i0u3y6t9r2e5w8q1l4k7j0h3g6.apps.googleusercontent.com",
        (_ADDRESS, _GOOGLE + "calendar.events"),
    ),
)
LOOK_ALIKE_GRANTS = (
    (
        "Gamma Ray Dosimetry Log",
        "886412097533-g5f8d1s4a7p0o3i6u9y2t5r8e1w4q7.apps.googleusercontent.com",
        (_ADDRESS,),
    ),
)


@dataclass(frozen=True, slots=True)
class BankPayment:
    """A payment of the company account that comes back every month, or, where ``often``, at random."""

    name: str
    pattern: str
    least: int
    most: int
    day: int = 0  # of the month; 0: any
    incoming: bool = False
    type: str = "XFER"


BANK_PAYMENTS = (
    BankPayment(
        "HAFENKONTOR IMMOBILIEN", "MIETE BUERO HAFENKONTOR IMMOBILIEN KG {month}", 2_480_000, 2_480_000, 1
    ),
    BankPayment("STADTWERKE NORDERELBE", "STADTWERKE NORDERELBE STROM {number}", 310_000, 520_000, 15),
    BankPayment(
        "LOHN UND GEHALT", "SAMMLER LOHN UND GEHALT {month}", 61_000_000, 68_000_000, 27, type="DIRECTDEBIT"
    ),
    BankPayment("KASSE DER ANGESTELLTEN", "KASSE DER ANGESTELLTEN BEITRAG {month}", 9_100_000, 9_900_000, 25),
    BankPayment("STEUERAMT MITTE", "STEUERAMT MITTE UST {month}", 3_100_000, 8_800_000, 10),
    BankPayment("GLASFASER UNTERLAND", "GLASFASER UNTERLAND GMBH RG {number}", 89_900, 89_900, 5),
    BankPayment("REINIGUNG SAUBERLAND", "REINIGUNG SAUBERLAND RG {number}", 410_000, 410_000, 8),
    BankPayment(
        "VERSICHERUNG FELSENFEST", "VERSICHERUNG FELSENFEST BETRIEBSHAFTPFLICHT", 220_000, 220_000, 3
    ),
    BankPayment(
        "KREDITKARTENABRECHNUNG", "KREDITKARTENABRECHNUNG {month} NORRBANK", 2_100_000, 5_800_000, 12
    ),
)
BANK_TRADE = (
    *(
        BankPayment(name, f"{name} {{ref}}", 190_000, 9_800_000, incoming=True, type="CREDIT")
        for name in (
            "MASCHINENBAU ROTTWEILER",
            "SJOFARTSKONTORET",
            "BRAUEREI ALTENSTEIN",
            "KLINIKVERBUND SEELAND",
            "TEXTILHAUS OSTERMANN",
            "LOGISTIKA WARSZAWSKA",
        )
    ),
    *(
        BankPayment(name, f"{name} RE {{number}}", 12_000, 1_900_000)
        for name in (
            "SPEDITION WESTERKAMP",
            "KANZLEI DORNBUSCH",
            "WERBEAGENTUR FUNKENFLUG",
            "TISCHLEREI EICHENAU",
            "JASPERSEN ELEKTROTECHNIK",
            "PERSONALBERATUNG LICHTWARK",
            "CATERING SONNENDECK",
            "MOEBELHAUS KIESELGRUND",
        )
    ),
)
AMERICAN_PAYMENTS = (
    BankPayment("PINE STREET PROPERTIES", "PINE STREET PROPERTIES RENT {month}", 1_150_000, 1_150_000, 1),
    BankPayment("GRANITE STATE POWER", "GRANITE STATE POWER DES:BILLPAY ID:{number}", 41_000, 88_000, 14),
    BankPayment(
        "PAYROLL BATCH",
        "PAYROLL BATCH {month} PPD ID: {number}",
        12_000_000,
        14_000_000,
        28,
        type="DIRECTDEBIT",
    ),
    BankPayment(
        "CARD PAYMENT BATCH", "CARD PAYMENT BATCH THANK YOU {ref}", 310_000, 990_000, 20, type="PAYMENT"
    ),
)
AMERICAN_TRADE = (
    BankPayment(
        "HARBORVIEW FOODS",
        "HARBORVIEW FOODS INC DES:PAYMENT ID:{number}",
        210_000,
        3_900_000,
        incoming=True,
        type="CREDIT",
    ),
    BankPayment(
        "STONEBRIDGE HEALTH",
        "STONEBRIDGE HEALTH DES:AP ID:{number}",
        410_000,
        2_700_000,
        incoming=True,
        type="CREDIT",
    ),
    BankPayment("LINDENHURST FREIGHT", "LINDENHURST FREIGHT CO ID:{number}", 19_000, 540_000),
    BankPayment("COPPERFIELD STAFFING", "COPPERFIELD STAFFING LLC ID:{number}", 90_000, 880_000),
)


@dataclass(frozen=True, slots=True)
class OrdinaryInvoice:
    """A supplier that has nothing to do with AI, and what it delivers every month or so."""

    supplier: str
    item: str
    least: int
    most: int


ORDINARY_INVOICES = (
    OrdinaryInvoice("sauberland", "Unterhaltsreinigung Büro", 310_000, 420_000),
    OrdinaryInvoice("funkenflug", "Kampagne, Gestaltung und Druck", 180_000, 990_000),
    OrdinaryInvoice("westerkamp", "Fracht Hamburg–Malmö", 42_000, 260_000),
    OrdinaryInvoice("nordsoft", "Büropaket, Lizenzen je Nutzer", 210_000, 260_000),
    OrdinaryInvoice("sonnendeck", "Catering Mitarbeiterversammlung", 90_000, 340_000),
)
