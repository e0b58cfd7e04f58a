"""One settings module for development, test and production; the environment differs (docs/operations.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from . import env, sign_on

ROOT = Path(__file__).resolve().parent.parent
VAR = env.path("HANDBOOK_VAR", ROOT / "var")

DEBUG = env.flag("HANDBOOK_DEBUG", False)
SECRET_KEY = env.secret("HANDBOOK_SECRET_KEY")
# The one before, for a while after a change: second factors are encrypted under it.
SECRET_KEY_FALLBACKS = [key for key in [env.secret("HANDBOOK_SECRET_KEY_BEFORE", None)] if key]
ALLOWED_HOSTS = env.words("HANDBOOK_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# Only `make run` and the tests set this: http://localhost without TLS.
INSECURE_HTTP = env.flag("HANDBOOK_INSECURE_HTTP", False)
DEMO = env.flag("HANDBOOK_DEMO", False)
# Where people reach the portal: links in letters are made of it, never of the host that a request claims.
PUBLIC_ADDRESS = env.url(
    "HANDBOOK_ADDRESS", f"{'http' if INSECURE_HTTP else 'https'}://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
# More requests than this waiting in one process are answered 503 at once.
MOST_REQUESTS_AT_ONCE = env.integer("HANDBOOK_MOST_REQUESTS", 40, least=2, most=1000)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "guardian",
    "heroicons",
    "mptt",
    "pgtrigger",
    "pghistory",
    "common",
    "accounts",
    "audit",
    "jobs",
    "orgtree",
    "notifications",
    "members",
    "delegation",
    "congress_reports",
    "meetings",
    "assignments",
    "oversight",
    "portal",
]

MIDDLEWARE = [
    "common.middleware.RequestIdMiddleware",
    # before all that can answer by itself, so that error pages have their headers too
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.OverloadMiddleware",
    # before sessions: a page that only asks whether there is something new reads and writes none
    "meetings.pulse.PulseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.time_out.TimeOutMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.kept_text.KeptTextMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "common.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "handbook.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "handbook.urls"
WSGI_APPLICATION = "handbook.wsgi.application"
FORM_RENDERER = "common.ui.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.ui.look.look",
                "portal.navigation.navigation",
                "portal.standing.standing",
            ],
            "builtins": ["common.templatetags.ui"],
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL")) | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "sotay",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.SignInBackend",
    "orgtree.backends.UnitRightsBackend",
]
PASSWORD_HASHERS = ["accounts.hashers.HandbookArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "accounts.passwords.NotTooLong", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotAboutOneself"},
]
# Our own backend answers has_perm from the grants (orgtree/backends.py); guardian keeps the rows.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
GUARDIAN_AUTO_PREFETCH = False

LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = reverse_lazy("account_login")

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
}
# Passwords are held by accounts/throttle.py, which counts failures only.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "change_password": None, "reauthenticate": None}
# Digits have no case: an index serves "=", none serves "ILIKE".
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "citizen_id"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
USERSESSIONS_TRACK_ACTIVITY = False
# What an app above hears of sign-ins (accounts imports nothing above it).
ACCOUNTS_EVENT_SINK = "audit.account_events.record_account_event"
ACCOUNTS_EVENT_SOURCE = "audit.account_events.recent_account_events"
# Where the first sign-in goes on: the dates that are asked there stand in the members' records.
ACCOUNTS_ACTIVATION_PAGE = reverse_lazy("activation:dates")
LOOK_KEEPER = "accounts.services.keep_look"
# Each is told of every event after the sink, with the same words; the owner's inbox stands above too.
ACCOUNTS_EVENT_LISTENERS = ["notifications.account_events.tell_owner"]
# Whether roles of this account rest without a second factor: the roles stand above the account.
SECOND_FACTOR_NEEDED = "orgtree.rights.needs_second_factor"
# What follows a unit when it is merged, split or closed, app by app.
ORGTREE_FOLLOWERS = [
    # Before the members go: what their unit had planned is cancelled, and they are told.
    "meetings.followers.MeetingsFollow",
    "members.followers.MembersFollow",
    "congress_reports.followers.ReportsFollow",
]
# What hangs on a member's place and posts, app by app.
MEMBERS_FOLLOWERS = ["delegation.followers.GrantsFollow", "meetings.followers.ListsFollow"]

# How one signs in for the first time (letter 001 §4a): "letter", with the citizen id as first password; "code", with
# a code from a printed slip.
FIRST_SIGN_IN = env.choice("HANDBOOK_FIRST_SIGN_IN", "letter", ["letter", "code"])
ACTIVATION_DAYS = env.integer("HANDBOOK_ACTIVATION_DAYS", 14, least=1, most=60)

# A lost password: the link of a letter is good for an hour; an officer's code for a day, and after it the person
# decides nothing for another day.
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_CODE_DAYS = env.integer("HANDBOOK_PASSWORD_CODE_DAYS", 1, least=1, most=7)
HOLD_HOURS = env.integer("HANDBOOK_HOLD_HOURS", 24, least=1, most=168)
# Whether who issued a code may still do so when it is used (rights stand above this app).
PASSWORD_CODE_JUDGE = "members.policies.password_code_stands"

# Whether holders of any role must have a second factor ("roles") and how long they may do without it. The grace runs
# from the role, the activation or HANDBOOK_SECOND_FACTOR_FROM, whichever is latest.
SECOND_FACTOR = env.choice("HANDBOOK_SECOND_FACTOR", "optional" if DEMO else "roles", ["optional", "roles"])
SECOND_FACTOR_GRACE_DAYS = env.integer("HANDBOOK_SECOND_FACTOR_GRACE_DAYS", 14, least=0, most=180)
SECOND_FACTOR_FROM = env.day("HANDBOOK_SECOND_FACTOR_FROM", None)
MFA_ADAPTER = "accounts.second_factor.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Sổ tay đảng viên"
# The clock of a telephone may be half a minute off; accounts/second_factor takes no code twice.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = INSECURE_HTTP
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Nothing can be guessed here, and a hall full of people signs in from one address.
MFA_RATE_LIMITS = {"webauthn_login": "200/m/ip"}
# Time to find the telephone, install an application and scan.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900

# Sign-on by OpenID Connect (docs/operations.md); none without HANDBOOK_OIDC_ISSUER.
SIGN_ON = sign_on.from_environment(insecure=INSECURE_HTTP)
SOCIALACCOUNT_ADAPTER = "accounts.sign_on.talk.NoSignUp"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env.integer("HANDBOOK_SESSION_HOURS", 8, least=1, most=24 * 14) * 3600
# Without a request for so long a session ends; SESSION_COOKIE_AGE ends it however busy it is (accounts/time_out.py).
IDLE_SECONDS = env.integer("HANDBOOK_IDLE_MINUTES", 60, least=10, most=24 * 60) * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "handbook.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("HANDBOOK_TRUSTED_ORIGINS", [])

SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("HANDBOOK_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["handbook.formats"]

STATIC_URL = "/tinh/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.flag("HANDBOOK_PLAIN_STATIC", False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if storage_url := env.text("STORAGE_URL", ""):
    STORAGES["default"] = env.storage(storage_url)
# The proxy's internal address of MEDIA_ROOT (X-Accel-Redirect); empty: the portal sends files itself.
FILES_SENT_BY_PROXY = env.text("HANDBOOK_FILES_BY_PROXY", "")
# People's lists: for the portal's own account alone; our proxy, which has the volume to itself, must read them.
FILE_UPLOAD_PERMISSIONS = 0o644 if FILES_SENT_BY_PROXY else 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755 if FILES_SENT_BY_PROXY else 0o700
# Dotted path of a function that takes the bytes of a document and answers whether they are clean; empty: none is asked.
UPLOAD_SCANNER = env.text("HANDBOOK_UPLOAD_SCANNER", "")
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# How an SMS leaves (docs/operations.md): the dotted path of a class; none: no SMS is written at all. The demo shows
# what would leave and sends nothing.
SMS_BACKEND = env.text("HANDBOOK_SMS_BACKEND", "notifications.sms.ShowOnly" if DEMO else "")
# An SMS of 160 letters without marks costs as much as one of 70 with them.
SMS_WITHOUT_MARKS = env.flag("HANDBOOK_SMS_WITHOUT_MARKS", True)
# Nobody's telephone rings between these hours; what waits leaves in the morning.
SMS_QUIET_FROM = env.integer("HANDBOOK_SMS_QUIET_FROM", 21, least=0, most=23)
SMS_QUIET_UNTIL = env.integer("HANDBOOK_SMS_QUIET_UNTIL", 7, least=0, most=23)
# Who knows the telephones: an app above notifications.
NOTICES_PHONE_SOURCE = "members.contacts.phones_of"

CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 7200}

# Without an address of a mail server no letter goes out, and pages do not offer any.
_MAIL = env.mail("HANDBOOK_MAIL_URL")
EMAIL_BACKEND = env.text("HANDBOOK_EMAIL_BACKEND", _MAIL.get("backend", "django.core.mail.backends.dummy.EmailBackend"))
EMAIL_HOST, EMAIL_PORT = _MAIL.get("host", "localhost"), _MAIL.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.get("user", ""), _MAIL.get("password", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("starttls", False), _MAIL.get("tls", False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = env.text("HANDBOOK_MAIL_FROM", f"so-tay@{urlsplit(PUBLIC_ADDRESS).hostname}")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
HOTLINE = env.text("HANDBOOK_HOTLINE", "1900 0000")

LOGGING_CONFIG = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "common.logs.JsonFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["out"],
        "level": env.choice("HANDBOOK_LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        # On DEBUG they write whole contexts of pages and whole statements, a ballot with its code among them.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
import logging.config  # noqa: E402

logging.config.dictConfig(LOGGING)
