"""What a merchant category says about a charge: four digits after ISO 18245.

The acquirer sets the category, not the merchant's trade: software companies come as software
stores, digital goods, data processing, and now and then as a school or a consultancy. So a
software category supports a name that is also a common word, a category of food, lodging,
transport, goods or care speaks against it, and the many in between say nothing. None of them
proves AI. Names of the categories: the public list github.com/greggles/mcc-codes; which side
each falls on is judgement.
"""

from __future__ import annotations

#: Computer network services, software wholesale and stores, digital goods (not media, not
#: games), programming, information retrieval, computer maintenance.
_SOFTWARE = frozenset(("4816", "5045", "5734", "5817", "5818", "7372", "7375", "7379"))

#: (first, last) of categories whose merchants do not sell software.
_ORDINARY_RANGES = (
    (742, 1799),  # animals, agriculture, building trades
    (2741, 2842),  # printing, cleaning agents
    (3000, 3999),  # airlines, car rental, hotels by name
    (4011, 4789),  # rail, ambulances, taxis, buses, freight, storage, cruises, travel, tolls
    (4812, 4814),  # telephones
    (4899, 4900),  # cable television, utilities
    (5013, 5044),  # wholesale of parts, furniture, building material, office equipment
    (5046, 5199),  # wholesale of everything else than computers
    (5200, 5733),  # hardware, department, food, vehicle, fuel, clothing, furniture, electronics shops
    (5735, 5814),  # records, caterers, restaurants, bars, fast food
    (5912, 5963),  # drug stores, drink, second-hand, sport, books, toys, jewellers, door-to-door
    (5970, 5998),  # art, stamps, religious goods, cosmetics, florists, tobacco, pets, tents
    (6010, 6051),  # cash, currency and crypto
    (6211, 6540),  # brokers, insurance, estate agents
    (7011, 7299),  # lodging, laundries, photographers, hairdressers, other personal care
    (7342, 7349),  # cleaning
    (7393, 7395),  # detectives, equipment hire, photo laboratories
    (7512, 7699),  # vehicle hire, parking, repairs
    (7829, 7999),  # cinemas, theatres, sport, leisure
    (8011, 8111),  # doctors, care, lawyers
    (8211, 8249),  # schools, colleges
    (8351, 8699),  # child care, charities, churches, clubs
    (9211, 9405),  # courts, fines, taxes, post, government
)


def _ordinary() -> frozenset[str]:
    return frozenset(f"{code:04d}" for first, last in _ORDINARY_RANGES for code in range(first, last + 1))


_ORDINARY = _ordinary()


def sells_software(mcc: str) -> bool:
    return mcc in _SOFTWARE


def sells_no_software(mcc: str) -> bool:
    return mcc in _ORDINARY


def is_a_profession(mcc: str) -> bool:
    """Care, law and schools: tools for them are filed there too, beside those who practise them."""
    return mcc.isdecimal() and (8011 <= int(mcc) <= 8111 or 8211 <= int(mcc) <= 8299)
