"""Words that speak for an AI tool, or against one, when they stand beside a name.

Each list is judgement about kinds of things, not about single companies: trades, places to eat
and to sleep, goods and public bodies on one side; what AI tools do and how software is sold on
the other. Written in the normal form (lower case, without accents), in the languages that the
statements and expense lines of European and American companies are written in.
"""

from __future__ import annotations

import re
from pathlib import Path


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _listed(file: str) -> frozenset[str]:
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


#: Words that are a letter away from a name of the catalog, or its beginning, and mean something else.
ORDINARY = _listed("ordinary_words.txt")


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
    construction contractor contractors dach drywall electric electrical electrician engraving estate
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
AGAINST = _EATING | _LODGING_TRAVEL | _TRADES_HOUSES | _GOODS | _CARE_BODY | _PUBLIC_CULTURE

#: Said of a common name only, not of a distinctive one or of a possible AI tool.
WEAK_AGAINST = _words("""
    art arts book books center centre centro centrum court film films games gas house ice mart model music
    photo records shop shoppe station storage store stores tools transfer travel trust windows
""")

# --- for: a word that says AI ------------------------------------------------------------------

#: A standalone word. "ai's" and the names of people and airlines are excluded below.
_SAYS_AI = r"ai|a\.i\.|gpt|chatgpt|genai|gen-ai|llms?|copilot|chatbots?|neural|artificial intelligence"
AI_WORD = re.compile(rf"(?<![^\W_])(?:{_SAYS_AI})(?!['’]?[^\W_])")
#: The same in German, French, Spanish and Portuguese; IA is also Iowa, so in typed texts only.
TYPED_AI_WORD = re.compile(rf"(?<![^\W_])(?:{_SAYS_AI}|ki|ia|生成ai|人工知能)(?!['’]?[^\W_])|生成ai")

#: What AI tools do, as people write it beside a name. After the capability taxonomy.
TASK = re.compile(
    r"(?<![^\W_])(?:note ?takers?|meeting (?:notes?|assistant|recorder|manager|summar\w+)|"
    r"transcri(?:pt\w*|be\w*)|(?:code|video) editor|coding|copywrit\w+|ide|app builder|"
    r"speech to text|text to speech|tts|voice (?:clon\w+|over|ai)|avatars?|embeddings?|"
    r"vector (?:db|database)|inference|gpu|tokens|prompts?|(?:image|video|music) gen\w*|assistant|"
    r"assistent\w*|agentic|machine learning|(?:ai|sales) agents?|fine-?tuning|deep learning|"
    r"ubersetz\w+|bildgenerierung|presentacion\w*|slide decks?|search engine)(?![^\W_])"
    r"|翻訳|画像生成|議事録|文字起こし"
)

#: How software is sold: supports a name that the text begins with.
BILLING = re.compile(
    r"(?<![^\W_])(?:subs\w*|sub|abos?|abonn?ement\w*|abonnemang|suscripcion\w*|assinatura\w*|"
    r"abbonamento|licen[cs]\w*|\w*lizenz\w*|seats?|users?|plans?|trial|api|credits?|usage|saas|software|"
    r"monthly|annual|yearly|renewal|add-?on|workspace|account|acct)(?![^\W_])"
    r"|月額|年額|利用料|有料|プラン|サブスク"
)
#: Said of nothing but a subscription. The other words of BILLING name software houses, bank
#: accounts and sandwiches as well, so on a statement they prove less.
SUBSCRIPTION = re.compile(
    r"(?<![^\W_])(?:subsc\w*|abos?|abonn?ement\w*|abonnemang|suscripcion\w*|assinatura\w*|abbonamento|"
    r"licen[cs]\w*|\w*lizenz\w*|seats?|trial|api|credits?|usage|saas|monthly|annual|yearly|renewal)(?![^\W_])"
    r"|月額|年額|利用料|有料|プラン|サブスク"
)
#: Names of plans: support a name that they follow directly ("Claude Max"), and nothing else.
PLAN_NAME = re.compile(
    r"(?<![^\W_])(?:pro|plus|max|teams?|premium|business|enterprise|edu|starter|standard|individual|unlimited|"
    r"creator)"
    r"(?![^\W_])|プロ|プラス"
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
    visit visite
""")
#: Words that make "AI" at the beginning of a text the kind of thing that was bought.
TOOL = re.compile(
    r"(?<![^\W_])(?:tools?|apps?|assistants?|software|platform|plattform|outils?|werkzeuge?|herramientas?|bot|"
    r"services?|dienst|strumento|ferramenta|studio|agents?|writer|generator|editor|extension)(?![^\W_])|ツール"
)

#: Texts in which "AI" is not artificial intelligence: Air India's code, an artist, a prize of
#: biology. Public, general knowledge.
AI_ELSEWHERE = re.compile(r"air india|ai weiwei|artificial insemination|amnesty|\bai [du]ue\b")


def against(words: list[str]) -> str:
    """The first word that names another kind of thing, or ""."""
    return next((w for w in words if w in AGAINST), "")


def weakly_against(words: list[str]) -> str:
    """The first word that speaks against a common name, or ""."""
    return next((w for w in words if w in AGAINST or w in WEAK_AGAINST), "")
