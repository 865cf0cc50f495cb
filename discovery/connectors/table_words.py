"""What single words in the cells of a spend table say: kind of line, state, direction, yes and no.

All words are folded as headers are: lower case, without accents and punctuation.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from discovery.connectors.column_meaning import folded
from discovery.records import Payment


class Line(Enum):
    """What a word for the kind of a line says about its money."""

    PLAIN = auto()  # nothing that its sign does not say
    BACK = auto()  # refund, return, credit note: money that came back
    BILL = auto()  # the payment of a card's or supplier's bill, not a purchase
    BILL_IF_BACK = auto()  # such a payment where the money flows back


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in text.split(";"))


_BACK = _words(
    """refund; refunds; return; returns; returned; merchant refund; merchant credit; credit note; credit
    memo; creditnote; reversal; chargeback; cashback; rebate; vendor credit; supplier credit; card
    refund; credit adjustment; purchase return; purchase refund; gutschrift; erstattung; ruckerstattung;
    retoure; storno; rechnungskorrektur; remboursement; avoir; retour; reembolso; devolucion; abono;
    nota de credito; rimborso; nota di credito; storno operazione; terugbetaling; creditnota;
    creditfactuur; estorno; devolucao; aterbetalning; kreditfaktura; kreditnota; refusion;
    tilbageforsel; tilbagebetaling; tilbakebetaling; refundering; zwrot; korekta; faktura korygujaca;
    381"""
)
_BILL = _words(
    """payment; payments; bill payment; card payment received; autopay; auto payment; automatic payment;
    payment received; payment thank you; statement payment; credit card payment; collection;
    collections; repayment; supplier payment; vendor payment; payment to brex; rewards credit;
    daily cash"""
)
_BILL_IF_BACK = _words(
    """zahlung; zahlungseingang; einzahlung; lastschrifteinzug; paiement; paiement recu; pago; pago
    recibido; pagamento; pagamento ricevuto; pagamento recebido; betaling; betaling ontvangen;
    inbetalning; indbetaling; innbetaling; betaling modtaget; wplata; splata; splata karty; transfer;
    ach payment; direct debit"""
)

_NOT_SETTLED = _words(
    """pending; pending transaction; processing; authorization; authorisation; authorized; authorised;
    auth; unsettled; uncleared; not settled; hold; on hold; open authorization; vorgemerkt; umsatz
    vorgemerkt; vorgemerkter umsatz; ausstehend; in bearbeitung; autorisiert; en attente; en cours; a
    venir; autorisation; pendiente; en proceso; retenido; in attesa; in sospeso; non contabilizzato;
    autorizzato; in behandeling; gereserveerd; in afwachting; pendente; em processamento; autorizado;
    cativo; reserverad; vantande; preliminar; preliminart; reserveret; afventer; venter; reservert;
    oczekujaca; oczekujace; w trakcie; blokada; nierozliczona; nierozliczone;
    в обработке; zpracovava se; cekajici; fuggoben"""
)
_NOT_SPENT = _words(
    """declined; decline; rejected; failed; failure; void; voided; cancelled; canceled; deleted; denied;
    expired; error; reversed authorization; reverted; revertida; revertido;
    not approved; abgelehnt; storniert; fehlgeschlagen;
    geloscht; ungultig; refuse; refusee; rejete; annule; annulee; supprime; slettet; echoue; rechazado;
    rechazada; denegada; denegado; anulado; anulada; cancelado; cancelada; fallido; rifiutato;
    rifiutata; annullato; annullata; stornato; negato; respinto; geweigerd; geannuleerd; afgewezen;
    mislukt; recusado; recusada; rejeitado; anulado pelo banco; nekad; avbruten; avvisad; makulerad;
    afvist; annulleret; slettet; avvist; kansellert; odrzucona; odrzucone; anulowana; anulowane;
    usunieta; отклонено; отменено; отказ; zruseno; zamitnuto"""
)
_DRAFT = _words(
    """draft; entwurf; brouillon; borrador; bozza; concept; rascunho; utkast; kladde; szkic; wersja robocza"""
)

_OUT = _words(
    """debit; dr; d; dbit; db; debet; soll; s; af; out; outgoing; withdrawal; debe; cargo; dare; debito;
    saida; ut; expense; money out; abgang; ausgang; belastung; lastschrift; sortie; uscita; uit; wn;
    obciazenie; ud; charge; purchase; outflow; kiadas;
    terheles; расход; списание; odchozi; debetas; -"""
)
_IN = _words(
    """credit; cr; c; k; crdt; haben; h; bij; in; incoming; deposit; haber; abono; avere; credito; entrada;
    inn; income; money in; zugang; eingang; gutschrift; entree; entrata; ma; uznanie; ind; kredit;
    refund; inflow; bevetel; jovairas; приход; зачисление; prichozi; kreditas; +"""
)
_YES = _words("""yes; y; true; t; 1; ja; j; oui; o; si; s; sim; tak; reimbursable; x; jah; 1 0""")
_NO = _words(
    """no; n; false; f; 0; nein; non; nao; nie; nej; nei; nee; non reimbursable; not reimbursable; 0 0"""
)

_TOTAL = re.compile(
    r"(?:(?:grand|sub|running|page|report|net|overall|statement)[ -]?)?(?:total|totals|totaal|totale|"
    r"summe|sum|suma|soma|gesamt|gesamtsumme|zwischensumme|sous total|subtotaal|totalt|i alt|razem|"
    r"ogolem|lacznie|saldo|balance|solde|kontostand|endsaldo|anfangssaldo|rows|records|"
    r"end of (?:report|file|statement)|generated|exported|number of|count|anzahl|page|seite|"
    r"disclaimer|note|opening|closing|beginning|ending)\b"
)
#: Lines of a bank statement that state a balance and move no money.
_BALANCE = re.compile(
    r"(?:opening|closing|beginning|ending|starting|previous|new|brought forward|"
    r"carried forward)? ?(?:balance|saldo|solde|kontostand)(?: (?:brought|carried) forward)?(?: (?:at|"
    r"as of|per|am|au|al|op|zum) .*)?|(?:anfangs|end|schluss|begin|eind|start|slut)[ -]?saldo|"
    r"saldo (?:inicial|final|iniziale|finale|poczatkowe|koncowe)|ancien solde|nouveau solde|"
    r"saldo anterior|alter saldo|neuer saldo|likutis (?:pradziai|pabaigai)|apyvarta|"
    r"(?:sakuma|beigu) atlikums|apgrozijums|(?:pocatecni|konecny) zustatek|(?:nyito|zaro) egyenleg"
)
_BILL_PAID = re.compile(
    r"(?:(?:online|mobile|electronic|auto(?:matic)?|internet|web|ach|direct debit|"
    r"autopay)[ -]*)?(?:payment|pymt|pmt)\b.*(?:thank|received|you|autopay|from)|"
    r"(?:\w+ ){0,4}auto ?pay\b(?: (?:payment|pymt|pmt))?(?! refund| return)|"
    r"(?:online|mobile|electronic|automatic|internet) (?:payment|pymt|pmt)\b|(?:payment|transfer) received|"
    r"directpay full balance|(?:ihre )?zahlung (?:erhalten|eingegangen)|zahlung.*(?:dank|erhalten)|"
    r"vielen dank fur ihre zahlung|paiement.*(?:recu|merci)|votre paiement|prelevement automatique|"
    r"su pago|pago recibido|pago.*gracias|pagamento ricevuto|pagamento recebido|uw betaling|"
    r"betaling ontvangen|hartelijk bedankt voor uw betaling|betalning mottagen|inbetalning|"
    r"tak for din betaling|takk for betalingen|wplata|splata karty|splata zadluzenia"
)


#: Headers of numbers with decimals that are no money spent: prices of one, how many, rates.
_PER_UNIT = re.compile(
    r"\b(?:unit|per unit|each|rate|fx|quantity|qty|percent(?:age)?|discount|hours|units|menge|anzahl|"
    r"einzelpreis|stuckpreis|preis pro|satz|kurs|wechselkurs|prozent|rabatt|prix unitaire|quantite|taux|"
    r"remise|precio unitario|cantidad|tasa|tipo de cambio|descuento|prezzo unitario|quantita|tasso|cambio|"
    r"sconto|stuksprijs|eenheidsprijs|aantal|koers|wisselkoers|korting|preco unitario|quantidade|taxa|"
    r"desconto|styckpris|antal|vaxelkurs|rabat|stykpris|valutakurs|enhetspris|vekselkurs|cena jednostkowa|"
    r"ilosc|stawka|kurs wymiany)\b"
)


def is_per_unit(header: str) -> bool:
    """Whether a header names a price of one, a number of them or a rate."""
    return bool(_PER_UNIT.search(folded(header)))


def line_of(cell: str) -> Line:
    """What a type or kind says."""
    word = folded(cell)
    if word in _BACK:
        return Line.BACK
    if word in _BILL:
        return Line.BILL
    if word in _BILL_IF_BACK:
        return Line.BILL_IF_BACK
    return Line.PLAIN


def is_not_settled(cell: str) -> bool:
    """Whether a state says that the money has not moved yet."""
    return folded(cell) in _NOT_SETTLED


def is_no_day_yet(cell: str) -> bool:
    """Whether a cell stands where the day of booking will be: a state column may call a receipt "offen"."""
    return is_not_settled(cell) or folded(cell) == "offen"


def is_not_spent(cell: str) -> bool:
    """Whether a state says that the money never moves: declined, void, deleted."""
    return folded(cell) in _NOT_SPENT


def is_draft(cell: str) -> bool:
    return folded(cell) in _DRAFT


def direction_of(cell: str) -> int | None:
    """1 for money out, -1 for money in, None where the cell says neither."""
    word = folded(cell) or cell.strip()
    if word in _OUT:
        return 1
    if word in _IN:
        return -1
    return None


def yes_or_no(cell: str) -> bool | None:
    word = folded(cell)
    if word in _YES:
        return True
    return False if word in _NO else None


def starts_a_total(cell: str) -> bool:
    """Whether a cell opens a row that sums up, counts or annotates other rows."""
    return bool(_TOTAL.match(folded(cell)))


def is_balance_line(text: str) -> bool:
    return bool(_BALANCE.fullmatch(folded(text)))


def is_bill_paid(text: str) -> bool:
    """Whether a text says that the card's own bill was paid; asked of money that came back only."""
    return bool(_BILL_PAID.match(folded(text)))


_OWN_MONEY = re.compile(
    r"\b(?:personal|own|out of pocket|cash|privat\w*|bar|bargeld|reimburs\w*|employee paid|ibip|especes|"
    r"efectivo|contanti|contant|kontant\w*|gotowka|wlasne|mitarbeiter)\b"
)
_COMPANY_CARD = re.compile(
    r"\b(?:card|cbcp|ibcp|copd|corporate|company paid|amex|american express|visa|mastercard|karte|"
    r"\w*kreditkarte|firmenkarte|carte|tarjeta|carta|cartao|kaart|kort|\w+kort|karta)\b"
)
_BANK = re.compile(
    r"\b(?:ach|wire|bank|transfer|direct debit|check|cheque|sepa|bacs|\w*uberweisung|lastschrift|"
    r"virement|prelevement|transferencia|bonifico|overboeking|incasso|overforing|overforsel|przelew|"
    r"giro)\b"
)


def payment_of(cell: str) -> Payment:
    """How something was paid, by the word that an expense or invoice table has for it."""
    word = folded(cell)
    if _OWN_MONEY.search(word):
        return Payment.PERSONAL
    if _COMPANY_CARD.search(word):
        return Payment.CARD
    return Payment.BANK if _BANK.search(word) else Payment.UNKNOWN


#: Kinds of expenses that say whose money it was; most kinds say what was bought.
_OWN_EXPENSE = _words(
    """reimbursement; reimbursements; reimbursable expense; out of pocket; out of pocket expense;
    cash expense; personal expense; expense claim; employee expense; remboursement; note de frais; auslage;
    auslagen; gasto personal; rimborso; declaratie; utlagg; udlaeg"""
)
_CARD_EXPENSE = _words(
    """card; card expense; card transaction; card purchase; company card; corporate card"""
)


def payment_of_kind(cell: str) -> Payment:
    """How an expense was paid, where its kind says so."""
    word = folded(cell)
    if word in _OWN_EXPENSE:
        return Payment.PERSONAL
    return Payment.CARD if word in _CARD_EXPENSE else Payment.UNKNOWN
