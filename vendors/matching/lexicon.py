"""Words that speak for an AI tool, or against one, when they stand beside a name.

Each list is judgement about kinds of things, not about single companies: trades, places to eat
and to sleep, goods and public bodies on one side; what AI tools do and how software is sold on
the other. Written in the normal form (lower case, without accents), in the languages that the
statements and expense lines of European and American companies are written in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _listed(file: str) -> frozenset[str]:
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


#: Words that are a letter away from a name of the catalog, or its beginning, and mean something else.
ORDINARY = _listed("ordinary_words.txt")


#: Ordinary words that are built as names of AI tools are ("chateau", "robot", "mumbai").
BUILT_ORDINARY = _listed("built_ordinary.txt")


def _by_word(phrases: frozenset[str]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for phrase in sorted(phrases):
        for word in set(phrase.split()):
            found.setdefault(word, []).append(phrase.split())
    return found


#: Word → names of other companies, people and things in which it stands.
_NAMESAKES = _by_word(_listed("namesakes.txt"))


def namesake(words: Sequence[str], start: int, stop: int) -> str:
    """The longer name of something else of which words start ≤ i < stop are a part, or ""."""
    for phrase in _NAMESAKES.get(words[start], ()):
        length = len(phrase)
        for at in range(max(0, stop - length), start + 1):
            if length > stop - start and list(words[at : at + length]) == phrase:
                return " ".join(phrase)
    return ""


#: How often words of common names are written: log10 of occurrences in a billion words.
FREQUENCIES = {word: float(frequency) for word, frequency in map(str.split, _listed("name_frequencies.txt"))}


class Rarity(IntEnum):
    """How likely a name that is marked as common is to mean something else."""

    COINED = 0  # hardly a word of any language: another company may have it
    UNCOMMON = 1  # a rare word or surname
    EVERYDAY = 2


_COINED_BELOW = 2.0
_UNCOMMON_BELOW = 3.0
#: What "AI" behind a word makes it rarer by: "Magic AI" is still two words, "Rad AI" a company.
_AI_BEHIND = 1.5


def rarity(words: Sequence[str]) -> Rarity:
    """Of a common name: one word, or one with "AI" behind it; several words count as everyday ones.

    A word that the list does not have was never looked at, so it counts as an everyday one too.
    """
    frequency = FREQUENCIES.get(words[0], 9.0) if words else 9.0
    if len(words) == 2 and words[1] == "ai":
        frequency -= _AI_BEHIND
    elif len(words) != 1:
        return Rarity.EVERYDAY
    if frequency < _COINED_BELOW:
        return Rarity.COINED
    return Rarity.UNCOMMON if frequency < _UNCOMMON_BELOW else Rarity.EVERYDAY


# --- against: what the charge is for, or what kind of place was paid ---------------------------

_EATING = _words("""
    abendessen almuerzo backerei bagels baker bakeries bakery bar bbq beer bier bistro bistrot
    boulangerie brasserie breakfast brewery brewing brewpub brunch burger burgers cafe cafeteria caffe
    canteen cater catering cellar cellars cena chicken chocolate cocktail cocktails coffee confectionery
    creamery dejeuner deli delicatessen diner dining dinner distillers distillery donut donuts doughnuts
    drinks eatery espresso food foods frozen gastropub gelato grill groceries grocery imbiss juice kaffee
    kantine kebab kitchen konditorei lounge lunch meal mittagessen noodle noodles osteria oven patisserie
    pizza pizzeria poke pub ramen restaurant restaurante ristorante roasters roastery salad salads
    sandwich seafood snack snacks steak steakhouse supermarche supermarket supermercado sushi taco tacos
    tapas taqueria tavern taverna tea teahouse trattoria vineyard vineyards wine winery wines
""")
_LODGING_TRAVEL = _words("""
    airbnb airline airlines airport airways auberge aviation bicycle bike bikes billet billete bnb boat
    boats cab cabs camping charter coach cruise cruises ferry flight flights flughafen fuel gasthaus
    gasthof guesthouse harbor harbour hostal hostel hotel hoteles hotels inn inns lodge lodging luggage
    marine metro mileage motel parkhaus parking pension petrol railway rental rentals resort resorts ride
    rides ryokan sailing scooter shuttle suites taxi taxis ticket tickets toll train tram travels trip
    truck trucks villa villas yacht yachts
""")
_TRADES_HOUSES = _words("""
    appliance appliances architects auto autohaus automotive bau baumarkt bauunternehmen bouwmarkt brick
    bricks builder builders carpentry carpet cars chauffage cleaners cleaning collision concrete
    construction contractor contractors drywall electric electrical electrician engraving estate
    excavation fence filters flooring garage garden gardens garten glass hardware heating homes housing
    installation insurance interiors joinery kitchens landscaping laundromat laundry lawn locksmith
    lumber maler mortgage motors movers moving mutual nursery paint painting paving pest plumber plumbing
    pool pools printers printing properties property realty removals renovation repair repairs roofer
    roofing sanitar solar supplies supply timber tires towing transport tyres upholstery versicherung
    warehouse waste werkstatt wood
""")
_GOODS = _words("""
    antiques apotheke apparel baby batteries battery beads beauty bedding bookshop bookstore boutique
    cable cables candle candles clothes clothing comics cosmetics costume craft crafts decor decorations
    electronics elettronica eyewear fabric farm farmacia farms fashion feed firearms fireplace fish
    fishing fleurs florist flower flowers footwear furnishings furniture galerie gallery gear gift gifts
    gloves golf headset headsets hobbies hobby instruments jewelers jewellery jewelry joyeria knitting
    lamp lamps leather lighting lingerie magazine mall market markt meat medals mercato mobel mouse musee
    museum optical optics optik outfitters outlet paper papeterie pens perfume pet pets pharmacie
    pharmacy plants pottery poultry quilts ranch schmuck shoe shoes showroom skate ski sport sports
    stationery surf tackle tiles tobacco toy toys uniforms vape vintage watches wear wool yarn
""")
_CARE_BODY = _words("""
    acupuncture aesthetics barber barbers boxing chiro chiropractic chiropractor climbing clinic coiffeur
    coiffure crossfit dance dental dentist dentistry dermatology dive diving doctor doctors equestrian
    fitness friseur gym gymnastics hair haircut health healthcare hearing hospital hospitals imaging
    karate martial massage medical medicine nail nails optometry orthodontics osteopathie paediatrics
    pediatrics physio physiotherapie physiotherapy pilates praxis radiology salon salons scuba skin
    skincare spa surgery swim swimming tanning tattoo tattoos tennis therapy vet veterinary wellness yoga
    zahnarzt
""")
_PUBLIC_CULTURE = _words("""
    academy alumni association auction ballet birthday bowling casino cathedral cemetery chapel charity
    children choir church cinema circus city club college commune concert concerts conference conferences
    congress council county course courses culture daycare diocese district events exhibit exhibition
    expo federation festival formation foundation funeral gala gemeinde guild holiday housekeeping
    kindergarten kirche kurs library literary meetup ministry montessori municipal offsite oper opera
    orchestra palace panel parish parishes park parks party photography playhouse preschool publisher
    publishers publishing retreat school schools schule schulung scouts seminar sheriff society stadium
    stadt stadtwerke summit symposium synagogue temple theater theatre theatres toll union univ
    universita universitat universite university utilities utility wallpaper wallpapers water wedding weddings
    workshop youth zirkus zoo
""")

#: Kinds of things and places. Words that AI tools use of themselves as well are below.
#: The same kinds of places as signs and statements of other scripts have them.
_OTHER_SCRIPTS = _words("""
    кафе кофейня ресторан столовая пекарня пиццерия бар кулинария гостиница отель хостел такси аптека
    клиника
    больница стоматология салон парикмахерская цветы мебель окна двери ремонт стройматериалы автосервис
    шиномонтаж
    магазин супермаркет рынок одежда обувь ювелирный зоомагазин ветеринарная школа театр кинотеатр музей
    кав'ярня їдальня готель перукарня квіти меблі
    カフェ 喫茶 喫茶店 食堂 居酒屋 レストラン スナック 寿司 焼肉 ラーメン ベーカリー ホテル 旅館 タクシー
    薬局 歯科 病院 クリニック
    美容室 美容院 理容 サロン 花屋 家具 不動産 工務店 書店 スーパー
    카페 식당 치킨 피자 제과 분식 호텔 모텔 택시 약국 병원 의원 치과 미용실 헤어 꽃집 마트 가구 부동산
    서점 학원
    餐厅 饭店 咖啡 咖啡馆 酒店 宾馆 酒吧 超市 药店 医院 诊所 美容 理发 花店 家具 服装 书店 餐廳 飯店
    咖啡館 藥局 醫院
""")
#: What else is sold under names of tools: places of the same kinds, rarer words.
_RARER = _words("""
    kennel kennels cattery lettings glassware sweets sightseeing maschinenbau motorenbau baustoffe genomics
    quarry foundry giesserei stahlbau metallbau tiefbau gartenbau landtechnik bestattungen funerals
""")
AGAINST = (
    _EATING
    | _LODGING_TRAVEL
    | _TRADES_HOUSES
    | _GOODS
    | _CARE_BODY
    | _PUBLIC_CULTURE
    | _OTHER_SCRIPTS
    | _RARER
)

#: Said of a common name only, not of a distinctive one or of a possible AI tool.
WEAK_AGAINST = _words("""
    art arts book books center centre centro centrum court film films games gas house ice mart model music
    photo records shop shoppe station storage store stores tools transfer travel trust windows
""")

#: What companies call themselves that any of a name may be, of computing or of business at large.
HOUSES = _words("""
    analytics capital co company computers computing consulting data digital enterprises group
    holding holdings hosting informatica informatik informatique infotech internet investments it itk
    logistics media network networks partners resources services software solutions studios systemhaus systems
    tech technologies technology telecom trading ventures wealth web
""")

# --- for: a word that says AI ------------------------------------------------------------------

#: A standalone word. "ai's" and the names of people and airlines are excluded below.
_SAYS_AI = r"ai|a\.i\.|gpt|chatgpt|genai|gen-ai|llms?|copilot|chatbots?|neural|artificial intelligence"
AI_WORD = re.compile(rf"(?<![^\W_])(?<!['’])(?:{_SAYS_AI})(?!['’]?[^\W_])")
#: The same in German, French, Spanish and Portuguese; IA is also Iowa, so in typed texts only.
TYPED_AI_WORD = re.compile(
    rf"(?<![^\W_])(?<!['’])(?:{_SAYS_AI}|ki|ia|ии|нейросет\w*|生成ai|人工知能)"
    r"(?!['’]?[^\W_])|生成ai|인공지능|人工智能|大模型|ذكاء اصطناعي"
)

#: What AI tools do, as people write it beside a name. After the capability taxonomy.
TASK = re.compile(
    r"(?<![^\W_])(?:note ?takers?|(?:meeting|mtg) (?:notes?|assistant|recorder|manager|summar\w+|minutes)|"
    r"meeting\w*(?:protokoll|notiz)\w*|besprechungs(?:protokoll|notiz)\w*|motesanteckning\w*|motereferat\w*|"
    r"compte-?rendus? de reunions?|notes? de reunions?|notas? de reunion\w*|actas? de reunion\w*|"
    r"atas? de reuni\w+|verbal\w* riunion\w*|notulen|notatki ze spotkan|"
    r"noise cancel\w*|canc\w*\.? de ruido|dictat\w*|diktier\w*|dyktowan\w*|dictee|dettatura|untertitel\w*|"
    r"subtitl\w*|gerauschunterdruckung|agent assist|image upscal\w*|"
    r"(?:medical )?scribes?|face ?swaps?|headshots?|voice-?overs?|lip ?sync|"
    r"transcri(?:pt\w*|be\w*)|(?:code|video) editor|coding|copywrit\w+|ide|app builder|"
    r"speech to text|text to speech|tts|voice (?:clon\w+|over|ai)|avatars?|embeddings?|[abhl](?:10|40|100|"
    r"200)s?|"
    r"vector (?:db|database)|inference|gpu|tokens|prompts?|(?:image|video|music) gen\w*|assistant|"
    r"assistent\w*|agentic|machine learning|(?:ai|sales) agents?|fine-?tuning|deep learning|"
    r"ubersetz\w+|bildgenerierung|presentacion\w*|slide decks?|search engine|"
    r"(?:conversation|revenue|deal|speech|document|call|interview) intelligence|conversational|"
    r"sales coaching|"
    r"(?:interview|call|conversation|meeting) (?:insights?|recorders?|recaps?)|agents? (?:builder|studio)|"
    r"background remov\w*|proof-?read\w*|paraphras\w*|ambient documentation)(?![^\W_])"
    r"|翻訳|画像生成|議事録|文字起こし|音声合成|動画生成|번역|회의록|이미지 ?생성|翻译|绘图|会议纪要"
)

#: What AI tools do and others too: a sign only where software was sold, or in an app's name; never support.
DOES_LIKE_AI = re.compile(
    r"(?<![^\W_])(?:agents?|chat|bots?|translat\w+|traduct\w+|traduzion\w*|traducao|traducoes|tlumacz\w*|vertaal\w*|"
    r"oversatt\w*|oversett\w*|preklad\w*|token\w*|токен\w*|summar\w+|zusammenfass\w*|upscal\w*|chatten)(?![^\W_])"
    r"|トークン|要約|チャット|챗|요약"
)

#: What papers of procurement begin with.
ORDER = re.compile(
    r"(?<![^\W_])(?:po|purchase order|order form|order|invoice|inv|quote|sow|contract|renewal|rechnung|"
    r"bestellung|angebot|vertrag|facture|commande|devis|factura|pedido|presupuesto|fatura|encomenda|fattura|"
    r"ordine|factuur|bestelling|faktura|objednavka|zamowienie|qty|pos|line|item|reimbursement|erstattung|"
    r"remboursement|purchase|amendment|addendum|msa|statement of work|agreement|bon de commande|nachtrag|"
    r"rahmenvertrag|verlangerung|renouvellement|renovacion|rinnovo|verlenging|maintenance|wartung|"
    r"support)(?![^\W_])"
)
#: What people write before a tool that they paid for.
PAID_FOR = re.compile(
    r"(?<![^\W_])(?:paid|bought|reimburse\w*|expense|frais|depense|gastos?|spesa|spese|kosten|kauf|bezahlt|"
    r"betaald|software|saas|tools?|outil|herramienta|strumento|programm)(?![^\W_])"
)
#: What is done with software that was bought: behind a name it says no more than that.
ROLLED_OUT = _words("""
    implementation onboarding rollout deployment pilot poc proof of concept trial integration migration
    go live and
    einfuhrung deploiement implementacion implantacion offer private
""")
#: Whom companies buy software from, and where: they stand before what was bought. General knowledge.
SOLD_BY = re.compile(
    r"(?<![^\W_])(?:shi(?: intl| international)?|cdw(?:[- ]g)?|insight|bechtle|softwareone|softcat|crayon|"
    r"cancom|computacenter|comparex|carahsoft|pcm|zones|connection|ingram(?: micro)?|td synnex|synnex|pax8|"
    r"sherweb|arrow|logicalis|trustmarque|dustin|atea|econocom|inmac|systemhaus|reseller|"
    r"(?:(?:aws|amazon|azure|microsoft|gcp|google cloud|snowflake|salesforce) )?marketplace|private offer|"
    r"appexchange)(?![^\W_])|大塚商会|ソフトバンク"
)
#: What a plan's or a bundle's name ends in: "Foundation Edition".
EDITION = re.compile(
    r"(?:editions?|plans?|tiers?|suites?|bundles?|packages?|paket\w*|licen[cs]\w*|lizenz\w*|seats?)"
)
#: Of these, what nothing but software comes in: hotels have suites and clubs plans.
SOFTWARE_EDITION = re.compile(r"(?:editions?|tiers?|seats?)")
#: What makers call the parts of their software, one word behind its name: "Sana Learn".
MODULES = _words("agents assist connect copilot enterprise hub insights learn platform studio suite")
#: Behind a name these say what it is for.
FOR = _words("for fur pour para per voor til dla")
#: Said of nothing but a subscription, in the languages of Europe and East Asia.
_SUBSCRIPTION = (
    r"subsc\w*|\w*abos?|\w*abonn?ement\w*|abonnemang\w*|abbonament\w*|abonament\w*|abonelik|suscripci\w*|"
    r"subskrypcj\w*|assinatura\w*|predplatn\w*|elofizet\w*|tilaus|kk[- ]?maksu|kuukausimaksu|vuosimaksu|"
    r"manadsavgift|arsavgift|mensualidad\w*|mensualites?|forfait|canone|licen[cs]\w*|lic|lisens\w*|"
    r"licentie\w*|"
    r"\w*lizenz\w*|lisans\w*|seats?|trial|api|credits?|kredit\w*|usage|saas|"
    r"monthly|annual|annually|yearly|yrly|renewal|recurring|mensuel\w*|annuel\w*|mensual|anual|mensal|"
    r"mensile|"
    r"annuale|monatlich|jahrlich|maandelijks|jaarlijks|manadsvis|miesieczn\w*|подписк\w*|лицензи\w*|"
    r"передплат\w*"
)
_EAST_ASIAN = (
    r"|月額|年額|利用料|有料|プラン|サブスク|ライセンス|課金|年間契約|구독|이용료|라이선스|결제"
    r"|订阅|訂閱|会员|會員|包月|包年|年费|月费|资源包|充值|套餐|اشتراك|ترخيص|מנוי|רישיון"
)
#: How software is sold: supports a name that the text begins with.
BILLING = re.compile(
    rf"(?<![^\W_])(?:{_SUBSCRIPTION}|subs|sub|users?|plans?|plano?|add-?on|edition|tier|workspace|account|"
    rf"acct)"
    rf"(?![^\W_])|/ ?(?:mon|monat|month|mo|mes|mois|mese|jahr|year|yr|user|seat)(?![^\W_]){_EAST_ASIAN}"
)
#: The other words of BILLING name software houses, bank accounts and sandwiches as well, so on a
#: statement they prove less.
SUBSCRIPTION = re.compile(rf"(?<![^\W_])(?:{_SUBSCRIPTION})(?![^\W_]){_EAST_ASIAN}")
#: Names of plans: support a name that they follow directly ("Claude Max"), and nothing else.
PLAN_NAME = re.compile(
    r"(?<![^\W_])(?:pro|plus|max|teams?|premium|prem|business|biz|enterprise|edu|starter|standard|std|"
    r"individual|unlimited|creator|ultra)"
    r"(?![^\W_])|プロ|プラス"
)
#: More names of plans, which are too ordinary to count for anything but what people type.
MORE_PLANS = re.compile(
    r"(?<![^\W_])(?:lite|basic|gold|silver|platinum|growth|essentials?|advanced|premier|hobby|scale|core|"
    r"personal|"
    r"family|lifetime|professional|solo|ultimate|startup|agency)(?![^\W_])"
)
#: When, or how long: may stand behind a plan's name ("Cursor Pro March").
PERIOD = _words("""
    jan january januar janvier enero feb february februar fevrier febrero mar march maerz marz mars marzo apr
    april avril abril may mai mayo jun june juni juin junio jul july juli juillet julio aug august aout agosto
    sep sept september septembre septiembre oct october okt oktober octobre octubre nov november novembre
    noviembre dec december dez dezember decembre diciembre q month months monat mois mes year jahr annee ano
""")
#: Behind a name these make it what a thing is about, not what was bought: "ChatGPT book".
ABOUT = _words("""
    besuch book books buch bucher libro libros livre livres merch mug poster sticker stickers travel tshirt
    visit visite themed
""")
#: What is sold about tools, and around them: lessons, events, books, hospitality, gifts. Where such a word
#: stands, a tool's name is a subject unless a plan or a subscription is named too.
SUBJECT = re.compile(
    r"(?<![^\W_])(?:\w*kurse?n?|cours|courses?|cursos?|corso|corsi|kursus|cursus|lessons?|masterclass\w*|"
    r"bootcamps?|workshops?|trainings?|\w*schulung\w*|\w*seminar\w*|seminario\w*|seminaire\w*|webinars?|"
    r"formation|formacion|formacao|formazione|opleiding|utbildning\w*|szkoleni\w*|skoleni|koulutus|"
    r"akademie|academy|certification|certificat\w*|zertifi\w*|specialization|udemy|coursera|edx|"
    r"skillshare|pluralsight|datacamp|domestika|eventbrite|meetup|tutorials?|tuition|lectures?|vortrag\w*|"
    r"conferences?|konferenz\w*|conferencia\w*|kongress\w*|summit|hackathon\w*|tickets?|"
    r"beginners|dummies|handbook|books?|e[- ]?books?|\w*buch|bucher|livres?|libros?|livros?|libri|"
    r"boken|bocker|ksiazk\w*|paperback|hardcover|"
    r"kindle|magazine|zeitschrift|mugs?|tasse|stickers?|t[- ]?shirts?|hoodies?|posters?|swag|merch\w*|themed|"
    r"bewirtung\w*|geschaftsessen|lunch|dinner|dejeuner|diner|almuerzo|cena|comida|catering|drinks)(?![^\W_])"
    r"|セミナー|研修|講座|講習|書籍|図書|入門|勉強会|会食|懇親会|接待|手土産|教材|세미나|교육|강의|강좌|도서|培训|课程|图书|书籍"
)
#: What companies make about a tool and show beside their apps: pages, forms and lists, in a dozen languages.
PAGE = re.compile(
    r"(?<![^\W_])(?:polic(?:y|ies)|guidelines?|\w*richtlinien?|leitfaden|leitlinien?|politiques?|politicas?|"
    r"wiki|faqs?|form|\w*formular|formulaire|formulario|modulo|(?<!pull )(?<!merge )requests?|\w*antrage?|"
    r"demandes?|solicitud|solicitacao|pedidos?|richiesta|aanvraag|sign[ -]?off|dpa|register|intake|"
    r"surveys?|umfrage|questionnaire|blocklist|allowlist|glossary|logs?|"
    r"(?:vendor|risk|security|legal) review)(?![^\W_])"
)
#: Agents that are people, or programs that stand on every computer.
OTHER_AGENT = re.compile(
    r"(?<![^\W_])(?:(?:insurance|travel|estate|letting|customs|shipping|booking|ticket|field|commission|"
    r"backup|monitoring|endpoint|deployment|build|update|transfer|proxy|security) agents?|"
    r"agents? (?:commissions?|deployment|installer|updater?|console|extranet|listings?|s listings?))"
    r"(?![^\W_])"
)
#: Goods and services that are sold with "AI" in their names and are no software.
NO_SOFTWARE = re.compile(
    r"(?<![^\W_])(?:laptops?|notebooks?|elitebook|thinkpad|macbook|pcs?|tablets?|phones?|smartphones?|"
    r"hat|reagents?|kits?|sensors?|monitors?|keyboards?|cameras?|webcams?|tv|fernseher|drucker|printers?|"
    r"beratung\w*|berater\w*|consult\w*|conseil|consultoria|asesoria|advisory|strateg\w*|freelanc\w*|"
    r"speakers?|keynote|researchers?|recruit\w*)(?![^\W_])"
)
#: Italian words around "ai", which is "to the" there: articles, or a noun before it and a plural behind.
ITALIAN = re.compile(
    r"(?<![^\W_])(?:di|del|della|dei|degli|delle|gli|nel|nella|iscrizione|contributo)(?![^\W_])"
    r"|(?<![^\W_])[a-z]{3,}[aeio] ai [a-z]{3,}i(?![^\W_])"
)
#: Words that make "AI" at the beginning of a text the kind of thing that was bought.
TOOL = re.compile(
    r"(?<![^\W_])(?:tools?|apps?|assistants?|software|platform|plattform|outils?|werkzeuge?|herramientas?|"
    r"bot|"
    r"services?|dienst|strumento|ferramenta|studio|agents?|writer|generator|editor|extension|"
    r"plug-?in|add-in)(?![^\W_])|ツール"
)

#: Clouds that serve models of other makers.
CLOUDS = frozenset(
    ("aws", "amazon web services", "azure", "microsoft azure", "google cloud", "gcp", "ibm cloud",
     "oracle cloud", "snowflake", "databricks")
)  # fmt: skip
#: Between an app's name and the tool that it works with.
WORKS_WITH = frozenset(
    ("for", "with", "fur", "mit", "pour", "avec", "para", "con", "com", "per", "voor", "met", "med", "dla")
)  # fmt: skip
#: What apps are that sit beside somebody else's tool.
SIDE_APP = re.compile(r"(?<![^\W_])(?:sidebar|toolbar|helper|sidekick|prompts?|exporter|history)(?![^\W_])")
#: How people come to a tool; no app is called so.
SIGNING_IN = frozenset(
    ("sign", "signin", "in", "log", "login", "on", "connect", "continue", "access", "link", "to", "single",
     "auth", "authentication", "anmelden", "anmeldung", "zugang", "zugriff", "connexion", "acces", "acceso",
     "acesso", "accesso", "test", "company", "corporate", "our", "my")
)  # fmt: skip

#: Texts in which "AI" is not artificial intelligence: Air India's code, an artist, a prize of
#: biology. Public, general knowledge.
AI_ELSEWHERE = re.compile(
    r"air india|ai weiwei|weird ai|artificial insemination|amnesty|\bai [du]ue\b|gpt/alat|alat/gpt|\balt/gpt"
)


def against(words: list[str]) -> str:
    """The first word that names another kind of thing, or ""."""
    return next((w for w in words if w in AGAINST), "")


def weakly_against(words: list[str]) -> str:
    """The first word that speaks against a common name, or ""."""
    return next((w for w in words if w in AGAINST or w in WEAK_AGAINST), "")
