"""The people of the sample company and their cards, with the traps that names set.

Invented names from many places. Every name can be told from every other by what a card prints of
it, except where a trap wants it otherwise; a trap says what the files together tell.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from discovery.sample_company import printing
from discovery.sample_company.world import Card, Feed, Person, chance

DOMAIN = "norrland.example"
OLD_DOMAIN = "norrland-gruppen.example"
PARTNER_DOMAIN = "kontor-partner.example"

#: Department → (share of the people, cost centre, share of its people who have a company card).
DEPARTMENTS = {
    "Engineering": (26, "4100", 40),
    "Data": (9, "4200", 45),
    "Product": (9, "4300", 50),
    "Design": (7, "4400", 60),
    "Marketing": (12, "5100", 60),
    "Sales": (16, "5200", 55),
    "Customer Support": (10, "5300", 25),
    "Finance": (6, "6100", 45),
    "People and Legal": (5, "6200", 55),
}

_GIVEN = [
    "Aaliyah",
    "Adaeze",
    "Aino",
    "Aisha",
    "Ajay",
    "Alejandra",
    "Aleksander",
    "Amina",
    "Anders",
    "Aneta",
    "Anika",
    "Antoine",
    "Arash",
    "Astrid",
    "Aylin",
    "Babak",
    "Beatriz",
    "Bengt",
    "Birgit",
    "Björn",
    "Bogdan",
    "Camila",
    "Carmen",
    "Cédric",
    "Chiara",
    "Chinedu",
    "Clara",
    "Dagny",
    "Daiki",
    "Dalia",
    "Damir",
    "Daniela",
    "Darragh",
    "Diego",
    "Dilek",
    "Dorota",
    "Ebba",
    "Efua",
    "Eero",
    "Elif",
    "Eleni",
    "Emeka",
    "Emil",
    "Enzo",
    "Esra",
    "Eszter",
    "Fatou",
    "Fenna",
    "Filip",
    "Fiona",
    "Florian",
    "Françoise",
    "Gabriela",
    "Georgi",
    "Gintaras",
    "Giulia",
    "Goran",
    "Gudrun",
    "Gustav",
    "Hamza",
    "Hannes",
    "Haruka",
    "Heidi",
    "Helena",
    "Henrik",
    "Hyejin",
    "Ida",
    "Ignacio",
    "Ilona",
    "Imran",
    "Ines",
    "Ingvar",
    "Irena",
    "Isak",
    "Ivana",
    "Jadwiga",
    "Jannik",
    "Javier",
    "Joana",
    "Jörg",
    "Johanna",
    "Joost",
    "José",
    "Juho",
    "Jürgen",
    "Kaja",
    "Kamala",
    "Karim",
    "Katarzyna",
    "Kenji",
    "Khadija",
    "Kirsten",
    "Klara",
    "Kwame",
    "Lars",
    "Laszlo",
    "Leila",
    "Liam",
    "Linnéa",
    "Lorenzo",
    "Lucía",
    "Ludmila",
    "Magnus",
    "Maija",
    "Malik",
    "Manon",
    "Marek",
    "Margarethe",
    "Mariam",
    "Matteo",
    "Mehmet",
    "Mei",
    "Mikkel",
    "Milena",
    "Minh",
    "Nadia",
    "Naveen",
    "Neha",
    "Niamh",
    "Niklas",
    "Nilufar",
    "Oksana",
    "Olamide",
    "Oskar",
    "Paloma",
    "Pavel",
    "Pilar",
    "Priya",
    "Rafael",
    "Rania",
    "Renske",
    "Rohan",
    "Roza",
    "Runa",
    "Ruth",
    "Sakura",
    "Samir",
    "Sanna",
    "Saoirse",
    "Sergio",
    "Shanti",
    "Sigrid",
    "Siobhán",
    "Sofía",
    "Søren",
    "Stellan",
    "Svetlana",
    "Tadeusz",
    "Tamar",
    "Tariq",
    "Thandiwe",
    "Théo",
    "Tove",
    "Tuva",
    "Ulla",
    "Ümit",
    "Vanja",
    "Vera",
    "Vikram",
    "Wanjiru",
    "Wiebke",
    "Xavier",
    "Yara",
    "Yusuf",
    "Zanele",
    "Zofia",
    "Zoltan",
]

_FAMILY = [
    "Abadi",
    "Achterberg",
    "Adeyemi",
    "Agarwal",
    "Ahlgren",
    "Akintola",
    "Albrecht",
    "Alvarado",
    "Amari",
    "Andrade",
    "Arslan",
    "Asante",
    "Bachmann",
    "Balogun",
    "Banerjee",
    "Barański",
    "Berggren",
    "Bielecka",
    "Bjelland",
    "Blomqvist",
    "Böhm",
    "Bouchard",
    "Brännström",
    "Cardoso",
    "Castellano",
    "Chaudhry",
    "Chukwu",
    "Ciobanu",
    "Costa",
    "Czerny",
    "Dahlgren",
    "Dąbrowska",
    "Delacroix",
    "Demir",
    "Diallo",
    "Dimitrova",
    "Dlamini",
    "Doğan",
    "Dubois",
    "Ekström",
    "Eriksen",
    "Esposito",
    "Fagerlund",
    "Farah",
    "Fernández",
    "Fjeld",
    "Forsberg",
    "Fröhlich",
    "Fujimoto",
    "Garbacz",
    "Geller",
    "Ghorbani",
    "Grönlund",
    "Großmann",
    "Gunnarsson",
    "Haapala",
    "Hakimi",
    "Halvorsen",
    "Hämäläinen",
    "Hartikainen",
    "Hedlund",
    "Hoang",
    "Holmström",
    "Horváth",
    "Ibrahimović",
    "Iglesias",
    "Ishikawa",
    "Ivarsson",
    "Jaworski",
    "Jelinek",
    "Jovanović",
    "Kaminska",
    "Karadağ",
    "Kettunen",
    "Khalil",
    "Kiprotich",
    "Kjellberg",
    "Kobayashi",
    "Kowalczyk",
    "Kröger",
    "Kruger",
    "Laaksonen",
    "Lambrecht",
    "Leclerc",
    "Lefèvre",
    "Lindgren",
    "Löfgren",
    "Lombardi",
    "Lundqvist",
    "Mahlangu",
    "Mäkinen",
    "Malhotra",
    "Mansour",
    "Marinova",
    "Mbeki",
    "Meißner",
    "Mendoza",
    "Mészáros",
    "Mikkelsen",
    "Moreau",
    "Moretti",
    "Mwangi",
    "Nagy",
    "Nakamura",
    "Ndiaye",
    "Nieminen",
    "Nordström",
    "Nowicka",
    "Núñez",
    "Oduya",
    "Okonkwo",
    "Olofsson",
    "Onwudiwe",
    "Östberg",
    "Özdemir",
    "Papadaki",
    "Paredes",
    "Petrescu",
    "Pham",
    "Pichler",
    "Quiroga",
    "Rahimi",
    "Rantanen",
    "Rasmussen",
    "Reyes",
    "Rinaldi",
    "Rosenqvist",
    "Ruiz",
    "Rybak",
    "Saarinen",
    "Sahin",
    "Salazar",
    "Sandberg",
    "Schäfer",
    "Schröder",
    "Sepúlveda",
    "Shevchenko",
    "Sjödin",
    "Skoglund",
    "Söderlund",
    "Sørensen",
    "Strömberg",
    "Szabó",
    "Takahashi",
    "Tesfaye",
    "Thorvaldsen",
    "Tkachenko",
    "Törnqvist",
    "Tran",
    "Vanhanen",
    "Vasquez",
    "Vestergaard",
    "Virtanen",
    "Vögele",
    "Wójcik",
    "Weiß",
    "Wiśniewska",
    "Yamada",
    "Yıldız",
    "Zetterberg",
    "Zielinski",
    "Zünd",
]


def population(seed: int, count: int, start: date, end: date) -> list[Person]:
    """The directory's people, in the order of their numbers. At least twenty."""
    random = chance(seed, "people")
    people: list[Person] = []
    taken: set[str] = set()
    names = _names(random, count)
    departments = _departments(random, count)
    span = (end - start).days
    for number, ((given, family), department) in enumerate(zip(names, departments, strict=True), 1):
        joined = start - timedelta(days=random.randrange(30, 2_500))
        left = None
        fate = random.randrange(100)
        if number <= TRAPS:
            pass  # stays throughout, so that every trap is there
        elif fate < 12:
            joined = start + timedelta(days=random.randrange(span))
        elif fate < 22:
            left = start + timedelta(days=random.randrange(20, max(span, 21)))
        local = _free(printing.address(given, family), taken)
        cost_centre = DEPARTMENTS[department][1]
        people.append(
            Person(
                number,
                given,
                family,
                f"{local}@{DOMAIN}",
                _login(random, given, family, local, number),
                department,
                cost_centre,
                joined,
                left,
                aliases=_aliases(random, given, family, local),
                american=random.randrange(100) < 30
                and number > TRAPS
                and department in ("Sales", "Engineering", "Customer Support"),
            )
        )
    return _managed(people)


def _names(random: Random, count: int) -> list[tuple[str, str]]:
    """Names of which no two are printed alike, apart from the traps that come first."""
    names = [*_TRAPS]
    used = {_printed(given, family) for given, family in names}
    while len(names) < count:
        given, family = random.choice(_GIVEN), random.choice(_FAMILY)
        if len(names) % 23 == 11:
            family = f"{family}-{random.choice(_FAMILY)}"
        if len(names) % 31 == 17:
            given = f"{given}-{random.choice(_GIVEN)}"
        # Initial and first family name too: what a card may print must fit one person only.
        if used.isdisjoint({_printed(given, family)}):
            used.add(_printed(given, family))
            names.append((given, family))
    return names


def _printed(given: str, family: str) -> str:
    first = given.split("-")[0]
    return f"{printing.plain(first)} {printing.plain(family.split('-')[0])}".upper()[:20]


#: Names that set a trap; see ``_trap_cards`` for what the cards of the first ones print.
_TRAPS = (
    ("Anna", "Lindqvist"),  # two people of one name: the first one's card is named in expense reports
    ("Anna", "Lindqvist"),  # the second one's is not, so nobody can tell whose it is
    ("Marek", "Nowak"),  # "M NOWAK" fits two people
    ("Milena", "Nowak"),
    ("Jörg", "Müller"),  # JORG MULLER, JOERG MUELLER, MULLER/JORG
    ("Maximiliane-Friederike", "Hohenstein-Castellano"),  # longer than a card
    ("Petra", "Sundström-Okafor"),  # her card still has the name she was born with
    ("Tomás", "Ó Súilleabháin"),
    ("Zoë", "van der Meulen"),
    ("Nguyễn Thị", "Hạnh"),
    ("Claude", "Fontaine"),  # people who are called like tools
    ("Jasper", "Vermeer"),
)
TRAPS = len(_TRAPS)


def _departments(random: Random, count: int) -> list[str]:
    weights = [share for share, _, _ in DEPARTMENTS.values()]
    total = sum(weights)
    listed = [
        name
        for name, (share, _, _) in DEPARTMENTS.items()
        for _ in range(max(2, round(count * share / total)))
    ]
    listed += ["Engineering"] * (count - len(listed))
    # The traps need departments that differ, and somebody from everywhere among the first.
    head = ["Design", "Finance", "Sales", "Marketing", "Engineering", "Product", "Data", "Marketing"]
    head += ["Design", "Engineering", "Sales", "Customer Support"]
    for name in head:
        if name in listed:
            listed.remove(name)
    listed = listed[: count - len(head)]
    random.shuffle(listed)
    return [*head, *listed]


def _free(local: str, taken: set[str]) -> str:
    candidate, number = local, 2
    while candidate in taken:
        candidate, number = f"{local}{number}", number + 1
    taken.add(candidate)
    return candidate


def _login(random: Random, given: str, family: str, local: str, number: int) -> str:
    """Most sign in with their address; some with a short login, some under an older suffix."""
    match random.randrange(10):
        case 0:
            letters = "".join(c for c in printing.plain(family).lower() if c.isascii() and c.isalpha())
            return f"{local[0]}{letters[:6]}{number}"
        case 1:
            return f"{local}@corp.{DOMAIN}"
        case _:
            return f"{local}@{DOMAIN}"


def _aliases(random: Random, given: str, family: str, local: str) -> tuple[str, ...]:
    if (given, family) == ("Petra", "Sundström-Okafor"):
        return (f"petra.sundstroem@{DOMAIN}",)
    aliases = []
    if random.randrange(100) < 25:
        aliases.append(f"{local}@{OLD_DOMAIN}")
    return tuple(aliases)


def _managed(people: list[Person]) -> list[Person]:
    """Everybody has the first lasting person of their department as manager."""
    heads: dict[str, int] = {}
    for person in people[TRAPS:]:
        if person.left is None:
            heads.setdefault(person.department, person.number)
    return [
        replace(person, manager=head if (head := heads.get(person.department)) != person.number else None)
        for person in people
    ]


def outsiders() -> list[Person]:
    """People of a partner company who file expenses here; no directory knows them."""
    return [
        Person(
            9_000 + number,
            given,
            family,
            f"{printing.address(given, family)}@{PARTNER_DOMAIN}",
            "",
            "",
            "",
            date(2000, 1, 1),
            outsider=True,
        )
        for number, (given, family) in enumerate((("Greta", "Ulfsdotter"), ("Rashid", "Benali")))
    ]


# --- cards ------------------------------------------------------------------------------------------


def cards(seed: int, people: list[Person]) -> list[Card]:
    """Everybody's company card, and those of no person. Last four digits are unique."""
    random = chance(seed, "cards")
    numbers = [f"{number:04}" for number in random.sample(range(1_000, 10_000), len(people) + 40)]
    dealt: list[Card] = []
    for person in people[TRAPS:]:
        if random.randrange(100) >= DEPARTMENTS[person.department][2]:
            continue
        dealt.append(_card(random, person, numbers.pop()))
    lasting = [
        i
        for i, card in enumerate(dealt)
        if card.feed == Feed.PROGRAMME and card.holder and not card.holder.left
    ]
    for i in lasting[:6]:
        dealt[i] = replace(dealt[i], statement=True)
    return _trap_cards(people, numbers) + dealt + _shared_cards(numbers)


def _card(random: Random, person: Person, last_four: str) -> Card:
    given, family = person.given, person.family
    programme = person.american or random.randrange(100) < 62
    if programme:
        printed = random.choice((person.name, printing.embossed(given, family), person.name))
        feed = Feed.PROGRAMME
    else:
        printed = random.choice(
            (
                printing.embossed(given, family),
                printing.embossed_spelled(given, family),
                printing.stripe(given, family),
            )
        )
        feed = Feed.BANK_CARDS
    # A stripe that had to be cut lost a part of the first name: only an expense report tells then.
    claims = random.randrange(100) < 45 or (len(printed) >= printing.CARD_WIDTH and "/" in printed)
    currency = "USD" if person.american else "EUR"
    return Card(last_four, person, printed, feed, currency, True, claims, False)


def _trap_cards(people: list[Person], numbers: list[str]) -> list[Card]:
    def card(who: int, printed: str, feed: Feed, *, known: bool = True, claims: bool = False) -> Card:
        return Card(numbers.pop(), people[who], printed, feed, "EUR", known, claims, False)

    programme, bank = Feed.PROGRAMME, Feed.BANK_CARDS
    return [
        card(0, "Anna Lindqvist", programme, claims=True),
        card(1, "ANNA LINDQVIST", programme, known=False),
        card(2, "M NOWAK", bank, known=False),
        card(3, "NOWAK/MILENA", bank),
        card(4, "MULLER/JORG", bank),
        card(5, "MAXIMILIANE FRIEDERIKE HOH", programme),
        card(6, "PETRA SUNDSTROM", bank, claims=True),
        card(7, "TOMAS O SUILLEABHAIN", programme),
        card(8, "Zoë van der Meulen", programme),
        card(10, "CLAUDE FONTAINE", programme),
        card(11, "JASPER VERMEER", bank, claims=True),
    ]


def _shared_cards(numbers: list[str]) -> list[Card]:
    """Cards of departments, and card accounts of which only the bank's statement tells."""

    def shared(printed: str, feed: Feed, currency: str, *, statement: bool = False) -> Card:
        return Card(numbers.pop(), None, printed, feed, currency, False, False, statement)

    return [
        shared("NORRLAND US PURCHASING", Feed.PROGRAMME, "USD"),
        shared("NORRLAND MARKETING", Feed.BANK_CARDS, "EUR"),
        shared("", Feed.STATEMENT, "USD", statement=True),
    ]
