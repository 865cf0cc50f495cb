"""What the sample company spends: subscriptions, contracts, and everything ordinary.

Every purchase happens once; its documents are how the feeds tell of it. Charges of a company card
are always in that card's own feed, so that an expense report beside them never stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from discovery.sample_company import ordinary
from discovery.sample_company.calendar import ONE_DAY, in_month, month_starts
from discovery.sample_company.habits import Adoption
from discovery.sample_company.offers import CONTRACTS, OFFERS, Contract, Offer, Text
from discovery.sample_company.suppliers import SUPPLIERS
from discovery.sample_company.world import (
    CENT,
    Card,
    Document,
    Feed,
    InvoiceLine,
    Means,
    Person,
    Spending,
    chance,
)

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

#: What cards that belong to no single person pay for.
_SHARED = {
    "NORRLAND US PURCHASING": ("cursor/cursor", "vercel/v0"),
    "NORRLAND MARKETING": ("midjourney/midjourney", "jasper/jasper"),
    "": ("openai/api", "elevenlabs/elevenlabs"),
}


class Ledger:
    """Writes down spending, numbering it, in the money of whoever pays."""

    def __init__(self, seed: int, start: date, end: date, cards: Iterable[Card]) -> None:
        self.start, self.end = start, end
        self.months = list(month_starts(start, end))
        self.entries: list[Spending] = []
        self._seed = seed
        self._rates = self._exchange_rates()
        self._unclaimed = {card.last_four for card in cards if card.claims}

    def _exchange_rates(self) -> dict[date, int]:
        """10⁻⁵ EUR for a USD, month by month."""
        random = chance(self._seed, "exchange")
        rates, rate = {}, 92_000
        for month in self.months:
            rate += random.randrange(-900, 901)
            rates[month] = rate
        return rates

    def converted(self, cents: int, currency: str, into: str, day: date) -> int:
        """Cents in another currency at the month's rate, rounded half up."""
        if currency == into:
            return cents
        rate = self._rates[day.replace(day=1)]
        if into == "EUR":
            return (cents * rate + 50_000) // 100_000
        return (cents * 100_000 + rate // 2) // rate

    def add(self, **fields: object) -> None:
        self.entries.append(Spending(number=len(self.entries) + 1, **fields))  # type: ignore[arg-type]

    # --- cards --------------------------------------------------------------------------------------

    def by_card(
        self,
        random: Random,
        card: Card,
        day: date,
        cents: int,
        currency: str,
        text: str,
        *,
        mcc: str,
        product: str = "",
        tells: str = "",
        hard: bool = False,
        claim: str = "",
        category: str = "",
        claimed: bool | None = None,
        declined: bool = False,
    ) -> None:
        """A charge, or, where ``cents`` is negative, money back on a card."""
        if not self.start <= day <= self.end:
            return
        sign = -1 if cents < 0 else 1
        booked = sign * self.converted(abs(cents), currency, card.currency, day)
        documents = [Document(card.feed, day, text, tells, hard)]
        if card.statement and card.feed != Feed.STATEMENT and not declined:
            documents.append(Document(Feed.STATEMENT, day, text, tells, hard))
        if claimed is None:
            claimed = card.claims and cents > 0 and random.randrange(100) < 50
        if card.claims and card.last_four in self._unclaimed and cents > 0 and not declined:
            claimed = True  # at least one expense report names the card
            self._unclaimed.discard(card.last_four)
        if claimed and claim and not declined:
            reported = min(day + timedelta(days=random.randrange(3)), self.end)
            documents.append(Document(Feed.EXPENSES, reported, claim, product))
        self.add(
            day=day,
            posted=day + timedelta(days=1 + random.randrange(3)),
            amount=booked * CENT,
            currency=card.currency,
            means=Means.CARD,
            documents=tuple(documents),
            product=product,
            mcc=mcc,
            person=card.holder,
            card=card,
            merchant_amount=cents * CENT,
            merchant_currency=currency,
            category=category,
            declined=declined,
        )

    def by_person(
        self,
        person: Person,
        day: date,
        cents: int,
        currency: str,
        text: str,
        *,
        product: str = "",
        category: str = "",
    ) -> None:
        """Paid with one's own money and claimed back."""
        if not self.start <= day <= self.end:
            return
        own = "USD" if person.american else "EUR"
        self.add(
            day=day,
            posted=day,
            amount=self.converted(cents, currency, own, day) * CENT,
            currency=own,
            means=Means.PERSONAL,
            documents=(Document(Feed.EXPENSES, day, text, product),),
            product=product,
            person=person,
            merchant_amount=cents * CENT,
            merchant_currency=currency,
            category=category,
        )


def filled(random: Random, pattern: str, day: date) -> str:
    """A text with its places filled, always with the same number of draws for the same pattern."""
    if "{" not in pattern:
        return pattern
    return pattern.format(
        ref="".join(random.choice(_LETTERS) for _ in range(7)),
        number=str(random.randrange(10**9, 10**10)),
        phone=f"415{random.randrange(10**6, 10**7)}",
        store=f"{random.randrange(1, 2_000):04}",
        month=_MONTHS[day.month - 1],
    )


# --- tools that people pay for ------------------------------------------------------------------------


def subscriptions(
    seed: int, ledger: Ledger, adopted: list[Adoption], cards: list[Card], outsiders: list[Person]
) -> None:
    random = chance(seed, "subscriptions")
    card_of = {card.holder.number: card for card in cards if card.holder}
    for adoption in adopted:
        offer = adoption.offer
        trap = adoption.person.number in card_of and not _plain(card_of[adoption.person.number])
        if not (offer.price or offer.usage) or not (random.randrange(100) < offer.paying or trap):
            continue
        card = card_of.get(adoption.person.number)
        if card and random.randrange(100) < 90:
            _charge(random, ledger, card, offer, adoption.first, adoption.last)
        elif random.randrange(100) < 70:
            _claim(random, ledger, adoption.person, offer, adoption.first, adoption.last)
    offers = {offer.product: offer for offer in OFFERS}
    for card in cards:
        for product in _SHARED.get(card.printed, ()) if card.holder is None else ():
            _charge(random, ledger, card, offers[product], ledger.start, ledger.end)
    for person in outsiders:
        _claim(random, ledger, person, offers["openai/chatgpt"], ledger.start, ledger.end)


def _plain(card: Card) -> bool:
    return card.known or card.holder is None


def _price(random: Random, ledger: Ledger, offer: Offer, day: date) -> int:
    if offer.usage:
        return random.randrange(*offer.usage)
    middle = ledger.months[len(ledger.months) // 2]
    return offer.later_price if offer.later_price and day >= middle else offer.price


def _texts(offer: Offer, card: Card) -> list[Text]:
    """A text that a person may have to decide stands alone: no other document of the charge tells."""
    alone = not (card.claims or card.statement) and card.known
    return [text for text in offer.texts if alone or not text.hard]


def _charge(random: Random, ledger: Ledger, card: Card, offer: Offer, first: date, last: date) -> None:
    texts = _texts(offer, card)
    if not texts:
        return
    text = random.choice(texts)
    money = "EUR" if offer.euro else "USD"
    twins = 2 if random.randrange(100) < 7 and not offer.usage else 1
    for month in month_starts(first, last):
        day = in_month(month, first.day)
        if not first <= day <= last:
            continue
        if len(texts) > 1 and random.randrange(100) < 4:
            text = random.choice(texts)  # the vendor bills under another text from now on
        cents = _price(random, ledger, offer, day)
        if card.feed == Feed.PROGRAMME and random.randrange(100) < 3:
            ledger.by_card(
                random,
                card,
                day,
                cents,
                money,
                filled(random, text.pattern, day),
                mcc=offer.mcc,
                product=offer.product,
                tells=text.tells or offer.product,
                declined=True,
            )
        shown = filled(random, text.pattern, day)
        claim = random.choice(offer.claims)
        claimed = card.claims and random.randrange(100) < 60
        for _ in range(twins):
            ledger.by_card(
                random,
                card,
                day,
                cents,
                money,
                shown,
                mcc=offer.mcc,
                product=offer.product,
                tells=text.tells or offer.product,
                hard=text.hard,
                claim=claim,
                category="Software",
                claimed=claimed,
            )
        if random.randrange(100) < 4:
            ledger.by_card(
                random,
                card,
                day + timedelta(days=random.randrange(2, 10)),
                -cents,
                money,
                shown,
                mcc=offer.mcc,
                product=offer.product,
                tells=text.tells or offer.product,
                hard=text.hard,
                claimed=False,
            )


def _claim(random: Random, ledger: Ledger, person: Person, offer: Offer, first: date, last: date) -> None:
    money = "EUR" if offer.euro else "USD"
    for month in month_starts(first, last):
        day = in_month(month, first.day)
        if first <= day <= last and random.randrange(100) < 85:  # some months nobody remembers to claim
            ledger.by_person(
                person,
                day,
                _price(random, ledger, offer, day),
                money,
                random.choice(offer.claims),
                product=offer.product,
                category="Software",
            )


# --- tools that procurement buys ----------------------------------------------------------------------


def contracts(seed: int, ledger: Ledger, headcount: int) -> None:
    for number, contract in enumerate(CONTRACTS):
        random = chance(seed, "contract", contract.product, number)
        seats = max(1, contract.seats * headcount // 250)
        for index, month in enumerate(ledger.months):
            if index % contract.every:
                continue
            seats += random.randrange(3) if seats > 3 else 0
            if contract.invoiced:
                _invoice(random, ledger, contract, month, seats, index // contract.every)
            else:
                _direct_debit(random, ledger, contract, month, seats)


def _invoice(random: Random, ledger: Ledger, contract: Contract, month: date, seats: int, turn: int) -> None:
    lines = [_line(contract, contract.item, seats)]
    if contract.second_item and turn % 3 == 2:
        lines.append(_line(contract, contract.second_item, 2 + random.randrange(6)))
    day = in_month(month, 3 + random.randrange(20))
    _billed(random, ledger, contract, day, lines, 1)
    if contract.every == 1 and turn % 5 == 4:
        back = [_line(contract, contract.item, 1 + random.randrange(3))]
        _billed(random, ledger, contract, day + timedelta(days=random.randrange(1, 6)), back, -1)


def _line(contract: Contract, item: str, quantity: int) -> InvoiceLine:
    """Whole units of the currency, so that no tax has to be rounded."""
    cents = contract.price * quantity * contract.every
    return InvoiceLine(item, quantity, (cents // 100) * 100 * CENT, contract.tax_percent)


def _billed(
    random: Random, ledger: Ledger, contract: Contract, day: date, lines: list[InvoiceLine], sign: int
) -> None:
    if not ledger.start <= day <= ledger.end:
        return
    supplier = SUPPLIERS[contract.supplier]
    net = sum(line.net for line in lines)
    tax = sum(line.net * line.tax_percent // 100 for line in lines)
    documents = [Document(Feed.INVOICES, day, contract.item, contract.product)]
    paid = day + timedelta(days=1 + random.randrange(5))
    pattern = contract.bank_text or f"{supplier.legal_name.upper()} {{ref}}"
    tells = (contract.tells or contract.product) if contract.bank_text else ""
    text = filled(random, pattern, day)
    if paid <= ledger.end:
        documents.append(Document(Feed.BANK, paid, text, tells))
    ledger.add(
        day=day,
        posted=paid,
        amount=sign * (net + tax),
        currency="USD" if contract.american else "EUR",
        means=Means.BANK,
        documents=tuple(documents),
        product=contract.product,
        net=sign * net,
        tax=sign * tax,
        supplier=supplier,
        lines=tuple(lines),
    )


def _direct_debit(random: Random, ledger: Ledger, contract: Contract, month: date, seats: int) -> None:
    day = in_month(month, 2 + random.randrange(20))
    if ledger.start <= day <= ledger.end:
        text = filled(random, contract.bank_text, day)
        ledger.add(
            day=day,
            posted=day,
            amount=contract.price * seats * CENT,
            currency="EUR",
            means=Means.BANK,
            documents=(Document(Feed.BANK, day, text, contract.product),),
            product=contract.product,
        )


# --- everything else ------------------------------------------------------------------------------------


def everything_ordinary(seed: int, ledger: Ledger, people: list[Person], cards: list[Card]) -> None:
    _ordinary_cards(seed, ledger, cards)
    _ordinary_claims(seed, ledger, people)
    _ordinary_bank(seed, ledger, len(people))
    _ordinary_invoices(seed, ledger)


def _ordinary_cards(seed: int, ledger: Ledger, cards: list[Card]) -> None:
    random = chance(seed, "ordinary cards")
    for card in cards:
        favourites = random.sample(ordinary.MERCHANTS, 12)
        software = random.sample(ordinary.SOFTWARE, random.randrange(3))
        suites = random.sample(ordinary.SUITES, random.randrange(3))
        for month in ledger.months:
            for _ in range(random.randrange(3, 9)):
                merchant = random.choice(favourites)
                if random.randrange(100) < 4:
                    merchant = random.choice(ordinary.LOOK_ALIKES)
                _ordinary_charge(random, ledger, card, merchant, _some_day(random, month))
            for merchant in (*software, *suites):
                _ordinary_charge(
                    random, ledger, card, merchant, in_month(month, 7 + len(merchant.pattern) % 20)
                )


def _ordinary_charge(
    random: Random, ledger: Ledger, card: Card, merchant: ordinary.Merchant, day: date
) -> None:
    if card.holder and not card.holder.here(day):
        return
    cents = random.randrange(merchant.least, merchant.most + 1)
    currency = random.choice(("EUR", "EUR", "EUR", card.currency, "USD"))
    text = filled(random, merchant.pattern, day)
    # A look-alike that was claimed too would stand in two feeds under two texts: never mind, it is no tool.
    claim = _typed(merchant)
    for cents_now in (cents, -cents) if random.randrange(100) < 2 else (cents,):
        ledger.by_card(
            random,
            card,
            day if cents_now > 0 else day + 3 * ONE_DAY,
            cents_now,
            currency,
            text,
            mcc=merchant.mcc,
            claim=claim,
            category=merchant.category,
        )


def _typed(merchant: ordinary.Merchant) -> str:
    return merchant.typed or merchant.name.title() or merchant.pattern.partition("{")[0].strip().title()


def _some_day(random: Random, month: date) -> date:
    return in_month(month, 1 + random.randrange(31))


def _ordinary_claims(seed: int, ledger: Ledger, people: list[Person]) -> None:
    random = chance(seed, "ordinary claims")
    typed = [merchant for merchant in ordinary.LOOK_ALIKES if merchant.typed]
    for person in people:
        for month in ledger.months:
            for _ in range(random.choice((0, 0, 1, 1, 2))):
                day = _some_day(random, month)
                merchant = random.choice(ordinary.MERCHANTS if random.randrange(100) < 96 else typed)
                cents = random.randrange(merchant.least, merchant.most + 1)
                if person.here(day):
                    ledger.by_person(person, day, cents, "EUR", _typed(merchant), category=merchant.category)


def _ordinary_bank(seed: int, ledger: Ledger, headcount: int) -> None:
    random = chance(seed, "ordinary bank")
    accounts = (
        ("EUR", ordinary.BANK_PAYMENTS, ordinary.BANK_TRADE, 60),
        ("USD", ordinary.AMERICAN_PAYMENTS, ordinary.AMERICAN_TRADE, 15),
    )
    for currency, regular, trade, share in accounts:
        for month in ledger.months:
            for payment in regular:
                _transfer(random, ledger, payment, in_month(month, payment.day), currency)
            for _ in range(max(4, headcount * share // 100)):
                _transfer(random, ledger, random.choice(trade), _some_day(random, month), currency)


def _transfer(
    random: Random, ledger: Ledger, payment: ordinary.BankPayment, day: date, currency: str
) -> None:
    cents = random.randrange(payment.least, payment.most + 1)
    if ledger.start <= day <= ledger.end:
        ledger.add(
            day=day,
            posted=day,
            amount=(-cents if payment.incoming else cents) * CENT,
            currency=currency,
            means=Means.BANK,
            documents=(Document(Feed.BANK, day, filled(random, payment.pattern, day)),),
            category=payment.type,
        )


def _ordinary_invoices(seed: int, ledger: Ledger) -> None:
    random = chance(seed, "ordinary invoices")
    for month in ledger.months:
        for sold in ordinary.ORDINARY_INVOICES:
            day = _some_day(random, month)
            net = random.randrange(sold.least // 100, sold.most // 100 + 1) * 100 * CENT
            supplier = SUPPLIERS[sold.supplier]
            percent = 25 if supplier.country == "SE" else 19
            tax = net * percent // 100
            if ledger.start <= day <= ledger.end:
                ledger.add(
                    day=day,
                    posted=day,
                    amount=net + tax,
                    currency="EUR",
                    means=Means.BANK,
                    documents=(Document(Feed.INVOICES, day, sold.item),),
                    net=net,
                    tax=tax,
                    supplier=supplier,
                    lines=(InvoiceLine(sold.item, 1, net, percent),),
                )
