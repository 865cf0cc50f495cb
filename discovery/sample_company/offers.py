"""The AI tools that the sample company uses: who takes to each, what it costs, how it is named.

Products are those of the shipped catalog, by key. The texts are such as statements, app lists and
expense reports show them; a place in braces is filled anew for every line: ``{ref}`` letters and
digits, ``{number}`` ten digits, ``{phone}``.
"""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE, SERVICES, DIGITAL = "5734", "7372", "5817"

ENGINEERING = {"Engineering": 60, "Data": 35, "Product": 10}
MODELS = {"Engineering": 10, "Data": 22}
EVERYBODY = {
    "Engineering": 45,
    "Data": 50,
    "Product": 50,
    "Design": 35,
    "Marketing": 50,
    "Sales": 40,
    "Customer Support": 35,
    "Finance": 30,
    "People and Legal": 35,
}
WRITING = {"Marketing": 22, "Sales": 8, "Customer Support": 12, "People and Legal": 14, "Product": 5}
PICTURES = {"Design": 40, "Marketing": 18}
MEETINGS = {"Sales": 28, "Customer Support": 12, "Product": 18, "People and Legal": 14, "Marketing": 8}


@dataclass(frozen=True, slots=True)
class Text:
    """A statement text. ``tells``: the product unless it says no more than the vendor."""

    pattern: str
    tells: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """An AI tool, and how this company has come to use it.

    Attributes:
        product: key of the shipped catalog.
        likes: department → how many of a hundred take to it.
        price: monthly price of a seat in cents; 0 where people pay nothing themselves.
        later_price: price from the middle of the period on, where it changed.
        euro: whether the price is in EUR rather than USD.
        usage: (least, most) of a monthly bill by use, in cents, instead of a price.
        texts: on card statements.
        claims: what people write in expense reports.
        app: name in the sign-in tenant, "" where it is not behind single sign-on.
        grant: (name on the consent screen, client id), or None.
        often: how many days of twenty somebody who uses it signs in.
        paying: how many of a hundred who take to it pay for it.
        mcc: merchant category of its charges.
    """

    product: str
    likes: dict[str, int]
    price: int = 0
    later_price: int = 0
    euro: bool = False
    usage: tuple[int, int] | None = None
    texts: tuple[Text, ...] = ()
    claims: tuple[str, ...] = ()
    app: str = ""
    grant: tuple[str, str] | None = None
    often: int = 6
    paying: int = 35
    mcc: str = SOFTWARE

    @property
    def vendor(self) -> str:
        return self.product.partition("/")[0]


def _google(number: int, rest: str) -> str:
    return f"{number}-{rest}.apps.googleusercontent.com"


OFFERS = (
    Offer(
        "openai/chatgpt",
        EVERYBODY,
        2_000,
        2_200,
        texts=(
            Text("OPENAI *CHATGPT SUBSCR {phone} CA"),
            Text("OPENAI *CHATGPT SUBSCR SAN FRANCISCO CA"),
            Text("CHATGPT SUBSCRIPTION HTTPSOPENAI.C CA"),
            Text("OPENAI *CHATGPT TEAM DUBLIN IE"),
            Text("GOOGLE *ChatGPT 855-836-3987 CA"),
        ),
        claims=("ChatGPT Plus subscription", "OpenAI ChatGPT", "ChatGPT Plus Abo", "Abonnement ChatGPT Plus"),
        app="ChatGPT Enterprise",
        often=11,
        paying=18,
    ),
    Offer(
        "openai/api",
        MODELS,
        usage=(900, 42_000),
        texts=(
            Text("OPENAI OPENAI.COM CA", "openai"),
            Text("OPENAI SAN FRANCISCO US", "openai"),
        ),
        claims=("OpenAI API credits", "OpenAI API usage"),
        paying=100,
        mcc=SERVICES,
    ),
    Offer(
        "anthropic/claude",
        {**EVERYBODY, "Engineering": 40},
        2_000,
        texts=(
            Text("CLAUDE.AI SUBSCRIPTION ANTHROPIC.COM CA"),
            Text("ANTHROPIC* CLAUDE SUB SAN FRANCISCO CA"),
            Text("ANTHROPIC* CLAUDE TEAM SAN FRANCISCO CA"),
        ),
        claims=("Claude Pro subscription (Anthropic)", "Claude.ai Pro", "Anthropic Claude Pro Abo"),
        app="Claude for Work (Anthropic)",
        often=8,
        paying=22,
    ),
    Offer(
        "anthropic/api",
        MODELS,
        usage=(1_200, 61_000),
        texts=(Text("ANTHROPIC ANTHROPIC.COM CA", "anthropic"),),
        claims=("Anthropic API credits", "Claude API usage"),
        paying=100,
        mcc=SERVICES,
    ),
    Offer(
        "cursor/cursor",
        ENGINEERING,
        2_000,
        texts=(
            Text("CURSOR, AI POWERED IDE NEW YORK NY"),
            Text("CURSOR, AI POWERED IDE CURSOR.COM NY"),
            Text("CURSOR USAGE MID {month} CURSOR.COM NY"),
        ),
        claims=("Cursor AI Pro", "Cursor Pro - AI code editor"),
        app="Cursor",
        often=14,
        paying=55,
    ),
    Offer("github/copilot", ENGINEERING, app="GitHub Copilot", often=12),
    Offer("microsoft/m365-copilot", {**EVERYBODY, "Engineering": 5}, app="Microsoft 365 Copilot", often=9),
    Offer(
        "google/gemini",
        {"Marketing": 10, "Data": 10, "Product": 8},
        2_199,
        euro=True,
        texts=(Text("GOOGLE *GEMINI ADVANCED 650-253-0000 CA"),),
        claims=("Google Gemini Advanced",),
        paying=45,
        mcc=DIGITAL,
    ),
    Offer("google/notebooklm", {"Product": 18, "People and Legal": 14}, app="NotebookLM", often=4),
    Offer(
        "midjourney/midjourney",
        PICTURES,
        3_000,
        texts=(Text("MIDJOURNEY INC. SOUTH SAN FRA CA"), Text("MIDJOURNEY INC. MIDJOURNEY.CO CA")),
        claims=("Midjourney", "Midjourney Standard plan"),
        paying=60,
    ),
    Offer(
        "perplexity/perplexity",
        {"Marketing": 14, "Sales": 10, "Finance": 14, "Product": 16},
        2_000,
        texts=(
            Text("PERPLEXITY AI PERPLEXITY.AI CA"),
            Text("PERPLEXITY AI SAN FRANCISCO CA"),
            Text("PERPLEXITY PRO CA", hard=True),
        ),
        claims=("Perplexity Pro", "Perplexity AI search"),
        app="Perplexity AI",
        often=7,
    ),
    Offer(
        "deepl/deepl",
        {"Marketing": 25, "People and Legal": 30, "Sales": 10, "Customer Support": 16},
        899,
        euro=True,
        texts=(Text("DEEPL* SUBSCRIPTION KOELN DE"), Text("DeepL SE Maarweg 165 Koeln")),
        claims=("DeepL Pro", "DeepL Übersetzer Abo"),
        app="DeepL Pro",
        often=6,
        paying=20,
    ),
    Offer(
        "grammarly/grammarly",
        WRITING,
        3_000,
        texts=(Text("GRAMMARLY CO{ref} SAN FRANCISCO CA"), Text("GRAMMARLY INC GRAMMARLY.COM CA")),
        claims=("Grammarly Premium",),
        app="Grammarly Business",
        grant=("Grammarly", _google(871234501987, "k3g7d0n2qv5s8w1b4h6j9m0p2r5t7x")),
        often=9,
    ),
    Offer(
        "otter/otter",
        MEETINGS,
        1_699,
        texts=(
            Text("OTTER.AI MOUNTAIN VIEW CA"),
            Text("AISENSE INC OTTER.AI LOS ALTOS CA"),
            Text("OTTER LOS ALTOS CA", hard=True),
        ),
        claims=("Otter AI note taker", "Otter.ai Pro"),
        grant=("Otter.ai", _google(620147583921, "d8c1q4w7e0r3t6y9u2i5o8p1a4s7f0")),
        paying=25,
    ),
    Offer(
        "fireflies/fireflies",
        MEETINGS,
        1_800,
        texts=(Text("FIREFLIES.AI PLEASANTON CA"),),
        claims=("Fireflies.ai Pro",),
        grant=("Fireflies.ai Notetaker", _google(739205168402, "b2n5m8k1j4h7g0f3d6s9a2p5o8i1u4")),
        paying=25,
    ),
    Offer(
        "read-ai/read-ai",
        MEETINGS,
        grant=("Read AI", _google(518830274615, "v6c9x2z5l8k1j4h7g0f3d6s9a2q5w8")),
    ),
    Offer(
        "tldv/tldv",
        MEETINGS,
        grant=("tl;dv: Meeting Recorder", _google(904417236580, "y1t4r7e0w3q6p9o2i5u8a1s4d7f0g3")),
    ),
    Offer(
        "fathom/fathom",
        MEETINGS,
        grant=("Fathom AI Notetaker", _google(117360925841, "m4n7b0v3c6x9z2l5k8j1h4g7f0d3s6")),
    ),
    Offer(
        "granola/granola",
        {"Product": 14, "Design": 6, "Sales": 6},
        1_400,
        texts=(Text("GRANOLA LONDON GB", hard=True),),
        claims=("Granola AI notepad",),
        grant=("Granola AI", _google(350718846290, "w9q2e5r8t1y4u7i0o3p6a9s2d5f8g1")),
        paying=40,
    ),
    Offer(
        "elevenlabs/elevenlabs",
        {"Marketing": 8, "Product": 4},
        2_200,
        texts=(Text("ELEVENLABS.IO NEW YORK NY"),),
        claims=("ElevenLabs Creator plan",),
        app="ElevenLabs",
        paying=70,
    ),
    Offer(
        "runway/runway",
        {"Marketing": 8, "Design": 14},
        3_500,
        texts=(Text("RUNWAY PRO PLAN NEW YORK NY"), Text("RUNWAY NEW YORK NY", hard=True)),
        claims=("Runway ML video credits",),
        paying=70,
    ),
    Offer(
        "heygen/heygen",
        {"Marketing": 9, "Sales": 3},
        2_900,
        texts=(Text("HEYGEN TECHNOLOGY INC. LOS ANGELES CA"),),
        claims=("HeyGen avatar video",),
        paying=70,
    ),
    Offer("synthesia/synthesia", {"People and Legal": 20, "Marketing": 8}, app="Synthesia", often=3),
    Offer(
        "jasper/jasper",
        {"Marketing": 11},
        6_900,
        texts=(Text("JASPER AI INC JASPER.AI TX"), Text("JASPER AUSTIN TX", hard=True)),
        claims=("Jasper AI marketing copy",),
        app="Jasper AI",
        paying=60,
    ),
    Offer(
        "copy-ai/copy-ai",
        {"Marketing": 7, "Sales": 4},
        4_900,
        texts=(Text("COPY.AI MEMPHIS TN"), Text("COPYAI, INC. COPY.AI")),
        claims=("Copy.ai Pro",),
        paying=70,
    ),
    Offer(
        "gamma/gamma",
        {"Marketing": 16, "Sales": 14, "People and Legal": 9},
        1_000,
        1_200,
        texts=(
            Text("GAMMA.APP SAN FRANCISCO CA"),
            Text("GAMMA TECH, INC. GAMMA.APP CA"),
            Text("GAMMA SAN FRANCISCO CA", hard=True),
        ),
        claims=("gamma.app AI decks Plus",),
        app="Gamma AI",
        often=5,
        paying=60,
    ),
    Offer(
        "n8n/n8n",
        {"Data": 10, "Marketing": 5, "Engineering": 4},
        2_400,
        euro=True,
        texts=(Text("PADDLE.NET* N8N CLOUD1 LONDON GB"), Text("N8N CLOUD N8N.IO BERLIN DE")),
        claims=("n8n cloud Starter",),
        paying=80,
    ),
    Offer(
        "replicate/replicate",
        {"Engineering": 5, "Data": 8, "Design": 4},
        usage=(350, 11_000),
        texts=(Text("REPLICATE, INC. REPLICATE.COM CA"), Text("REPLICATE SAN FRANCISCO CA", hard=True)),
        claims=("Replicate.com model runs",),
        paying=100,
        mcc=SERVICES,
    ),
    Offer(
        "huggingface/huggingface",
        {"Data": 24, "Engineering": 6},
        900,
        texts=(Text("HUGGING FACE INC HUGGINGFACE.C NY"),),
        claims=("Hugging Face Pro",),
        app="Hugging Face",
        often=5,
    ),
    Offer(
        "mistral/le-chat",
        {"Data": 6, "People and Legal": 8, "Finance": 6},
        1_499,
        euro=True,
        texts=(Text("MISTRAL AI LE CHAT PRO PARIS FR"), Text("MISTRAL.AI PARIS FR", "mistral")),
        claims=("Mistral Le Chat Pro",),
        paying=70,
    ),
    Offer(
        "langchain/langsmith",
        {"Engineering": 5, "Data": 12},
        3_900,
        texts=(Text("LANGCHAIN LANGSMITH SAN FRANCISCO CA"),),
        claims=("LangSmith Plus seat",),
        app="LangSmith",
    ),
    Offer(
        "pinecone/pinecone",
        {"Engineering": 3, "Data": 8},
        usage=(2_500, 18_000),
        texts=(Text("PINECONE SYSTEMS, INC. PINECONE.IO NY"),),
        claims=("Pinecone vector database",),
        paying=100,
        mcc=SERVICES,
    ),
    Offer(
        "windsurf/windsurf",
        {"Engineering": 7},
        1_500,
        texts=(Text("WINDSURF WINDSURF.COM CA"), Text("CODEIUM *PRO MOUNTAIN VIEW CA")),
        claims=("Windsurf AI editor",),
        paying=80,
    ),
    Offer(
        "cognition/devin",
        {"Engineering": 3},
        50_000,
        texts=(Text("DEVIN.AI COGNITION SAN FRANCISCO CA"),),
        claims=("Devin AI team plan",),
        app="Devin AI",
        paying=60,
    ),
    Offer(
        "replit/replit",
        {"Engineering": 6, "Product": 7},
        2_500,
        texts=(Text("REPLIT, INC. FOSTER CITY CA"), Text("REPLIT REPLIT.COM CA")),
        claims=("Replit Core",),
        app="Replit",
    ),
    Offer(
        "lovable/lovable",
        {"Product": 16, "Design": 12, "Marketing": 4},
        2_500,
        texts=(Text("LOVABLE DOVER DE"), Text("LOVABLE.DEV STOCKHOLM SE")),
        claims=("Lovable.dev Pro",),
        paying=70,
    ),
    Offer(
        "vercel/v0",
        {"Design": 10, "Product": 6, "Engineering": 4},
        2_000,
        texts=(Text("VERCEL* V0 PREMIUM COVINA CA"),),
        claims=("v0 by Vercel Premium",),
        paying=80,
    ),
    Offer(
        "bolt-new/bolt",
        {"Product": 7, "Engineering": 3},
        2_000,
        texts=(Text("BOLT (BY STACKBLITZ) SAN FRANCISCO CA"),),
        claims=("Bolt.new Pro",),
        paying=80,
    ),
    Offer(
        "descript/descript",
        {"Marketing": 8},
        2_400,
        texts=(Text("DESCRIPT DESCRIPT.COM CA"),),
        claims=("Descript Creator",),
        paying=80,
    ),
    Offer("gong/gong", {"Sales": 55}, app="Gong.io", often=8),
    Offer("glean/glean", {"Engineering": 20, "Customer Support": 30}, app="Glean", often=7),
    Offer(
        "langdock/langdock", {"Finance": 45, "People and Legal": 40, "Sales": 12}, app="Langdock", often=10
    ),
    Offer("harvey/harvey", {"People and Legal": 30}, app="Harvey AI", often=5),
    Offer(
        "quillbot/quillbot",
        {"Customer Support": 8, "Marketing": 4},
        1_995,
        texts=(Text("QUILLBOT PREMIUM CHICAGO IL"),),
        claims=("QuillBot Premium",),
        grant=("QuillBot", _google(260915374802, "h5g8f1d4s7a0p3o6i9u2y5t8r1e4w7")),
        paying=60,
    ),
    Offer(
        "openrouter/openrouter",
        {"Engineering": 5, "Data": 5},
        usage=(500, 9_000),
        texts=(Text("OPENROUTER, INC OPENROUTER.AI NY"),),
        claims=("OpenRouter credits",),
        paying=100,
    ),
    Offer(
        "wandb/wandb",
        {"Data": 26},
        5_000,
        texts=(Text("WEIGHTS AND BIASES WANDB.AI CA"),),
        claims=("Weights & Biases Teams",),
        app="Weights & Biases",
        paying=25,
    ),
    Offer(
        "coderabbit/coderabbit",
        {"Engineering": 8},
        2_400,
        texts=(Text("CODERABBIT INC CODERABBIT.AI CA"),),
        claims=("CodeRabbit Pro",),
        app="CodeRabbit",
    ),
    Offer(
        "assemblyai/assemblyai",
        {"Engineering": 3},
        usage=(700, 6_500),
        texts=(Text("ASSEMBLYAI ASSEMBLYAI.COM CA"),),
        claims=("AssemblyAI transcription API",),
        paying=100,
    ),
    Offer(
        "photoroom/photoroom",
        {"Marketing": 6, "Design": 8},
        1_299,
        euro=True,
        texts=(Text("PHOTOROOM PARIS FR"),),
        claims=("Photoroom Pro",),
        paying=70,
    ),
    Offer(
        "suno/suno",
        {"Marketing": 4, "Design": 4},
        1_000,
        texts=(Text("SUNO INC. SUNO.COM MA"),),
        claims=("Suno AI music",),
        paying=80,
    ),
    Offer(
        "manus/manus",
        {"Marketing": 4, "Product": 5},
        3_900,
        texts=(Text("MANUS AI SINGAPORE SGP"),),
        claims=("Manus AI agent",),
        paying=80,
    ),
    Offer(
        "surfer/surfer",
        {"Marketing": 7},
        8_900,
        texts=(Text("SURFERSEO.COM SURFER AI WROCLAW PL"), Text("SURFER WROCLAW PL", hard=True)),
        claims=("Surfer SEO AI",),
        paying=80,
    ),
    Offer(
        "krisp/krisp",
        {"Sales": 8, "Customer Support": 8},
        1_600,
        texts=(Text("KRISP BERKELEY CA", hard=True),),
        claims=("Krisp AI noise cancelling",),
        paying=60,
    ),
)

#: Tools that policy keeps out: people only ever tried, so they are in nobody's use.
REFUSED_APPS = {"deepseek/deepseek": "DeepSeek", "xai/grok": "Grok (xAI)"}


@dataclass(frozen=True, slots=True)
class Contract:
    """A tool that procurement buys, by invoice or by direct debit.

    Attributes:
        product, item: what is bought, and how the invoice's line names it.
        supplier: key into the list of suppliers.
        every: months between invoices.
        seats, price: quantity and monthly price of one in cents, before tax.
        bank_text: what the bank's statement shows when it is paid; "" where the invoice's
            payment carries a name that says nothing of the tool.
        tells: what the bank's text tells: the product, or the vendor only.
        second_item: a further line of the same product on every third invoice.
        invoiced: False where the supplier debits without sending an invoice.
        american: bought by the US entity, in USD.
    """

    product: str
    item: str
    supplier: str
    every: int
    seats: int
    price: int
    bank_text: str = ""
    tells: str = ""
    second_item: str = ""
    invoiced: bool = True
    american: bool = False
    tax_percent: int = 0


CONTRACTS = (
    Contract(
        "openai/chatgpt",
        "ChatGPT Enterprise, monthly seats",
        "openai",
        1,
        60,
        5_200,
        "OPENAI IRELAND LIMITED INV {ref}",
        "openai",
        second_item="ChatGPT Enterprise, additional seats",
    ),
    Contract(
        "microsoft/m365-copilot",
        "Microsoft 365 Copilot, licences per user",
        "nordsoft",
        1,
        40,
        2_812,
        tax_percent=25,
    ),
    Contract(
        "github/copilot",
        "GitHub Copilot Business, user licences",
        "nordsoft",
        1,
        55,
        1_756,
        tax_percent=25,
    ),
    Contract(
        "deepl/deepl",
        "DeepL Pro Advanced, team licences",
        "deepl",
        3,
        25,
        2_496,
        "DEEPL SE RECHNUNG {number}",
    ),
    Contract(
        "langdock/langdock",
        "Langdock Business, user licences",
        "langdock",
        1,
        45,
        2_000,
        "LANGDOCK GMBH RG {number}",
        tax_percent=19,
    ),
    Contract(
        "glean/glean",
        "Glean Work AI platform, subscription",
        "glean",
        6,
        80,
        3_600,
        "GLEAN TECHNOLOGIES, INC. INVOICE {number}",
        american=True,
    ),
    Contract(
        "gong/gong",
        "Gong.io revenue intelligence, users",
        "gong",
        6,
        30,
        11_000,
        "GONG.IO INC. {ref}",
        american=True,
    ),
    Contract(
        "synthesia/synthesia",
        "Synthesia Creator, annual plan",
        "synthesia",
        12,
        6,
        8_000,
        "SYNTHESIA LIMITED {ref}",
    ),
    Contract(
        "harvey/harvey",
        "Harvey AI, legal assistant seats",
        "harvey",
        3,
        5,
        60_000,
        "COUNSEL AI CORPORATION {ref}",
    ),
    Contract(
        "grammarly/grammarly",
        "",
        "",
        1,
        18,
        1_500,
        "GRAMMARLY, INC. SEPA DIRECT DEBIT {number}",
        invoiced=False,
    ),
    Contract(
        "elevenlabs/elevenlabs", "", "", 1, 1, 9_900, "ELEVENLABS.IO DIRECT DEBIT {number}", invoiced=False
    ),
)
