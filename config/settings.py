"""Settings: wiring only. Everything an installation may choose comes from the environment."""

import os

import dj_database_url
from celery.schedules import crontab

from config.agreed import network_logs
from config.company_sign_in import company_sign_in
from config.outgoing import mail_password, webhook_networks
from config.paths import BROKER_DIR, DATA_DIR, EMBEDDED_DATABASE, UPLOADS_DIR, made
from config.secrets import secret

DEBUG = os.environ.get("DJANGO_DEBUG", "") == "1"
#: Behind TLS, for a company: cookies over HTTPS only, and secrets that somebody chose.
SECURE = os.environ.get("DJANGO_SECURE", "") == "1"
SECRET_KEY = secret("DJANGO_SECRET_KEY", own=not SECURE)
# This machine's own names always: health checks use them.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [host for host in os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DJANGO_CSRF_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "vendors",
    "discovery",
    "inventory",  # before allauth: its sign-in templates take precedence
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.security_policy.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database: embedded SQLite, or what DATABASE_URL names ---------------------------------

made(DATA_DIR)
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{EMBEDDED_DATABASE}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # One writer at a time, asked for at the start, so that a transaction never fails
        # half-way because another one wrote meanwhile.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # secure_delete: what a decision seals must not stay readable in free pages.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA secure_delete=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- work: Celery over Redis, or over files for the embedded default -----------------------

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Redis hands a dead worker's task out again after this; both further options are needed,
    # or the sweep for them runs every 100 s only (docs/decisions/0003-broker.md).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 30,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
else:
    CELERY_BROKER_URL = "files://localhost"  # see file_broker
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(made(BROKER_DIR / "queue")),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(made(BROKER_DIR / "control")),
        "polling_interval": 0.05,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
# The broker only says that there is work; these sweeps are the truth (rule 10). One that waited behind
# other work is dropped: the next one is there already.
_SWEEP = {"schedule": 5.0, "options": {"expires": 10}}
CELERY_BEAT_SCHEDULE = {
    "resume unfinished scans": {"task": "discovery.tasks.sweep", **_SWEEP},
    "take finished scans into the inventory": {"task": "inventory.tasks.apply_finished_scans", **_SWEEP},
    "look at uploaded files": {"task": "inventory.tasks.look_at_uploads", **_SWEEP},
    "send notices": {
        "task": "inventory.tasks.send_notices",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "open and close flags whose day has come": {
        "task": "inventory.tasks.check_flags",
        "schedule": crontab(hour=3, minute=10),
    },
    "destroy keys whose time is over": {
        "task": "discovery.tasks.forget",
        "schedule": crontab(hour=3, minute=40),
    },
    "forget declarations whose time is over": {
        "task": "inventory.tasks.forget_declarations",
        "schedule": crontab(hour=3, minute=50),
    },
}

# --- people ---------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "inventory.accounts.LocalAccounts"
LOGIN_REDIRECT_URL = "/"
# The company's own sign-in, where one is set. By a link: no form of ours may lead elsewhere.
COMPANY_SIGN_IN = company_sign_in()
SOCIALACCOUNT_PROVIDERS = COMPANY_SIGN_IN.providers() if COMPANY_SIGN_IN else {}
SOCIALACCOUNT_ADAPTER = "inventory.company_sign_in.CompanyAccounts"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an address is looked at only where the provider verified it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- the API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "inventory.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",  # with a token against forgery
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "inventory.api.negotiation.OneForm",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "inventory.api.throttles.PerToken",
        "inventory.api.throttles.PerAccount",
        "inventory.api.throttles.PerAccountChanging",
    ],
    "DEFAULT_THROTTLE_RATES": {"token": "300/min", "account": "600/min", "changes": "60/min"},
    "EXCEPTION_HANDLER": "inventory.api.problems.as_problem",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Penumbra",
    "DESCRIPTION": "Which AI tools a company uses, who uses them and what they cost. See docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,  # a form's file is not an address
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}


# --- notices ----------------------------------------------------------------------------------

#: Without a mail server no mail is written; /notices/ says so.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND") or (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_PORT = int(os.environ.get("EMAIL_PORT") or "587")
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = mail_password()
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "") == "1"
EMAIL_USE_TLS = not EMAIL_USE_SSL and os.environ.get("EMAIL_USE_TLS", "1") == "1"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "")

# --- words, dates, files ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["config.formats"]
#: The reader's browser chooses among these.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Straight from the apps' folders: no collectstatic to forget (docs/decisions/0004-static-files.md).
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_TEMP_DIR = None

# --- the company ------------------------------------------------------------------------------

PENUMBRA = {
    # Days and weeks are counted in the company's own time zone.
    "TIME_ZONE": os.environ.get("PENUMBRA_TIME_ZONE", "UTC"),
    "REPORTING_CURRENCY": os.environ.get("PENUMBRA_CURRENCY", "EUR"),
    # Sealed records and sign-ins; spend and grants that were taken back are kept longer.
    "RETENTION_MONTHS": int(os.environ.get("PENUMBRA_RETENTION_MONTHS", "13")),
    "RECORD_RETENTION_MONTHS": int(os.environ.get("PENUMBRA_RECORD_RETENTION_MONTHS", "36")),
    # Asked for by workers and commands only: pages have no use for it.
    "SEALING_KEY": lambda: secret("PENUMBRA_SEALING_KEY", own=not SECURE),
    "SECURE": SECURE,
    "OIDC_ROLES": COMPANY_SIGN_IN.roles if COMPANY_SIGN_IN else {},
    "OIDC_GROUPS_CLAIM": COMPANY_SIGN_IN.groups_claim if COMPANY_SIGN_IN else "",
    # Where people find these pages: for links in mails.
    "URL": os.environ.get("PENUMBRA_URL", "").rstrip("/"),
    # Nothing of network logs is read until the company has agreed what is.
    "NETWORK_LOGS": network_logs(),
    "WATCHED_FOLDER": os.environ.get("PENUMBRA_WATCHED_FOLDER", "").strip(),
    "WEBHOOK_NETWORKS": webhook_networks(),
    "UPLOADS_DIR": UPLOADS_DIR,
    "DATA_DIR": DATA_DIR,
    # Whose packs of the catalog are taken here, beside those that all installations trust.
    "CATALOG_KEYS": os.environ.get("PENUMBRA_CATALOG_KEYS") or str(DATA_DIR / "catalog_keys.txt"),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
if SECURE:  # the proxy in front ends TLS and says so; it must not pass a client's own header on
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
