"""Settings, all from the environment, each checked at start."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from environs import Env
from holidays import list_supported_countries

from kakou.config import gate_app, logs
from kakou.kernel.site import read_site

env = Env()
BASE_DIR = Path(__file__).resolve().parents[2]


def default_home() -> Path:
    """Where data lies: `var/` in the checkout; as root a folder that the unprivileged database user can reach."""
    if os.geteuid() != 0:
        return BASE_DIR / "var"
    return Path("/var/lib/kakou") / f"{BASE_DIR.name}-{hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]}"


HOME: Path = env.path("KAKOU_HOME", default_home())
KEYS: Path = env.path("KAKOU_KEYS", HOME / "keys")


def socket_folder(home: Path) -> Path:
    """`s` in the home; where a socket's name would be longer than the system can hold, a short folder of its own."""
    if len(os.fsencode(home / "s" / ".s.PGSQL.5432")) <= 107:
        return home / "s"
    return Path("/tmp") / f"kakou-{os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:8]}"  # noqa: S108


PG_SOCKET: Path = env.path("KAKOU_PG_SOCKET", socket_folder(HOME.absolute()))
# the first steps in the browser say it where the environment does not
SITE_ZONE: str = env.str("KAKOU_ZONE", read_site(HOME).zone or "Asia/Shanghai")
# whose days of rest count in limits of worked days (ISO 3166-1, two letters); "": every day is worked
SITE_COUNTRY: str = env.str(
    "KAKOU_COUNTRY", "CN", validate=lambda code: code in ("", *list_supported_countries(include_aliases=False))
)
# the rules of gates for which nobody has published any
DEFAULT_PACK: str = env.str(
    "KAKOU_PACK", "cn-2021-08", validate=lambda code: code in {"cn-2021-08", "cn-2022-06", "who-poe"}
)
# dotted path of what makes the adapter of an official query service for health and travel codes (see
# docs/how-to/official-codes.md); "": none, and codes are recorded as observed
CODE_SERVICE: str = env.str("KAKOU_CODE_SERVICE", "")
# which of the four database roles this process is: pages | worker (the lane opens its own connections)
ROLE: str = env.str("KAKOU_ROLE", "pages", validate=lambda role: role in {"pages", "worker"})


def deployment_secret() -> str:
    """The secret of this installation: made once, kept beside the data, mode 0600."""
    if given := env.str("KAKOU_SECRET", ""):
        return given
    file = HOME / "secret"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        made = file.with_name(f"secret.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # the first of several processes wins; the others read its secret
            os.link(made, file)
        made.unlink()
    return file.read_text()


SECRET_KEY = deployment_secret()
DEBUG = False
# where this server is reached from its own machine: what a job of ours sends goes there, never where a request says
OWN_URL: str = env.str("KAKOU_URL", "http://127.0.0.1:8000")
# this machine's own names always: our own start asks there whether the pages answer
ALLOWED_HOSTS = [*env.list("KAKOU_HOSTS", []), "127.0.0.1", "localhost", "[::1]", "testserver"]
# a web server of yours speaks https in front of us; it connects from these addresses and adds its client's
SERVED_BY_HTTPS: bool = env.bool("KAKOU_HTTPS", False)
TRUSTED_PROXIES = frozenset(map(str, map(ipaddress.ip_address, env.list("KAKOU_TRUSTED_PROXY", []))))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_KAKOU_SCHEME", "https")  # written by our own front, which strips a client's
# `kakou serve --lan` writes these for its parts: where phones open us, and the root certificate they install ("": none)
LAN_URLS: list[str] = env.list("KAKOU_LAN_URLS", [])
TLS_ROOT: str = env.str("KAKOU_TLS_ROOT", "")
# seconds; only with a certificate that everybody trusts: it binds every port of the name, and phones forget it slowly
SECURE_HSTS_SECONDS = 0 if TLS_ROOT else env.int("KAKOU_HSTS", 0)
# where people open us, for links in messages; "": unknown, and only the path is told
_OPENED: list[str] = [*LAN_URLS, *(f"https://{name}" for name in ALLOWED_HOSTS[:-4])]
SITE_URL: str = _OPENED[0].rstrip("/") if _OPENED else ""
USE_TZ = True
TIME_ZONE = SITE_ZONE
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
ROOT_URLCONF = "kakou.config.urls"
WSGI_APPLICATION = "kakou.config.wsgi.application"
AUTH_USER_MODEL = "access.Staff"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # ours first: their templates stand before the libraries'
    "kakou.web",
    "kakou.audit",
    "kakou.vault",
    "kakou.access",
    "kakou.places",
    "kakou.people",
    "kakou.notices",
    "kakou.workorders",
    "kakou.screening",
    "kakou.ledger",
    "kakou.tracing",
    "kakou.services",
    "kakou.skills",
    "kakou.deliveries",
    "kakou.directives",
    "kakou.drill",
    "kakou.oversight",
    "kakou.backup",
    "kakou.upkeep",
    "kakou.setup",
    "kakou.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # pages of allauth use it
    "django.contrib.postgres",  # exclusion constraints and arrays
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "ninja",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]
MIDDLEWARE = [
    "kakou.upkeep.probing.probes.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "kakou.access.login.factor.SecondFactorMiddleware",
    "kakou.access.scope.middleware.ScopeMiddleware",
    "kakou.access.login.idle.IdleMiddleware",
    "kakou.web.refusals.middleware.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [BASE_DIR / "kakou/access/templates"],  # before allauth's own, whose pages it dresses
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kakou.web.shell.context.shell",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]


def role_password(role: str) -> str:
    """The password of one of our roles on an external server: derived, so that nothing but the secret is kept."""
    return hmac.digest(SECRET_KEY.encode(), f"kakou role {role}".encode(), "sha256").hex()


def database(role: str, **options: Any) -> dict[str, Any]:
    """One alias: the private server's socket (peer login), or the server that DATABASE_URL names."""
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(PG_SOCKET),
        "NAME": env.str("KAKOU_DB", "kakou"),
        "USER": role,
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
    }
    if url := env.str("DATABASE_URL", ""):
        parts = urlsplit(url)
        settings |= {"HOST": parts.hostname or "", "PORT": str(parts.port or 5432), "PASSWORD": role_password(role)}
        settings["NAME"] = unquote(parts.path.lstrip("/")) or settings["NAME"]
        settings["OPTIONS"] = {**dict(parse_qsl(parts.query)), **options}  # sslmode, sslrootcert
    return settings


DATABASES = {
    "default": database(f"kakou_{ROLE}", pool={"min_size": 1, "max_size": 8, "timeout": 10}),
    "owner": database("kakou_owner"),
}
# asyncpg's connections (the lane, the live feed) are opened beside Django and need the same
ROLE_PASSWORDS: dict[str, str] = (
    {role: role_password(role) for role in ("kakou_lane", "kakou_pages", "kakou_worker")}
    if env.str("DATABASE_URL", "")
    else {}
)
DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASE_ROUTERS = ["kakou.config.routers.OwnerMigrates"]
# where backups go: best a folder of another disk or machine
# what a monitoring program shows as "Authorization: Bearer …" at /metrics; "": there are no metrics
METRICS_TOKEN: str = env.str("KAKOU_METRICS_TOKEN", "", validate=lambda token: not token or len(token) >= 16)
BACKUP_FOLDER: Path = env.path("KAKOU_BACKUP", HOME / "backups")
# minutes from one backup to the next; from a day on they are made at KAKOU_BACKUP_AT, the site's time. 0: none is made
# by itself, because somebody else sees to it
BACKUP_EVERY: int = env.int("KAKOU_BACKUP_EVERY", 1440, validate=lambda minutes: minutes == 0 or minutes >= 5)
BACKUP_AT: str = env.str("KAKOU_BACKUP_AT", "02:30", validate=lambda text: bool(dt.time.fromisoformat(text)) or True)
# days: how long a backup is kept, and how often one is proved by restoring it beside the database
BACKUP_KEEP: int = env.int("KAKOU_BACKUP_KEEP", 30, validate=lambda days: 1 <= days <= 3650)
BACKUP_PROVE: int = env.int("KAKOU_BACKUP_PROVE", 7, validate=lambda days: 1 <= days <= 365)
# rate limits and used one-time codes must be one per installation, not one per process
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        # above it Django throws rows out by the order of their keys, those of logins first: nobody may fill it
        "OPTIONS": {"MAX_ENTRIES": 500_000},
    }
}
SESSION_COOKIE_NAME = "kakou"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_BY_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
    }
}
CSRF_FAILURE_VIEW = "kakou.web.refusals.handlers.stale_form"
AXES_LOCKOUT_CALLABLE = "kakou.web.refusals.handlers.locked_out"
LOGGING = logs.LOGGING
logs.configure()  # here, because the front runs without Django being set up
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
# the gate app, built: a page of its own at /gate/, with its worker and the rules it is held to
WHITENOISE_ROOT = BASE_DIR / "public"
WHITENOISE_INDEX_FILE = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = gate_app.is_immutable
WHITENOISE_ADD_HEADERS_FUNCTION = gate_app.add_headers
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no account has an address: a stranger would have us write to any he types
ACCOUNT_SESSION_REMEMBER = True  # a shift long, never longer: no box to tick
ACCOUNT_ADAPTER = "kakou.access.login.adapter.StaffAdapter"
# by key: codes of one account's second factor, wherever they are tried from (six digits are a million); a password
# counts by account and address (StaffAdapter), as axes does, so that a stranger locks no owner out
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/h/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "kakou.access.login.sealing.SealingMFAAdapter"
MFA_TOTP_ISSUER = "Kakou"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "kakou.access.login.once.CodeForm",
    "reauthenticate": "kakou.access.login.once.CodeAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody has an address; were there one, it would keep nobody from a factor
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "kakou.access.login.adapter.counted_name"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = 0.25  # hours: the owner is never locked out for good
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
# our own front strips what a client says of itself and writes the address that it, or the trusted web server, saw
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_KAKOU_CLIENT", "REMOTE_ADDR"]
AXES_IPWARE_PROXY_COUNT = None
AXES_SENSITIVE_PARAMETERS = ["password", "login", "code"]
PROCRASTINATE_ON_APP_READY = None
# networks of one's own that notices may be sent into (10.3.0.0/16), by plain http too; without them no name that a
# person types leads to a private address
OUTGOING_NETWORKS: list[str] = [*map(str, map(ipaddress.ip_network, env.list("KAKOU_OUTGOING", [])))]
# mail server for notices: smtp://user:password@host:587 (STARTTLS), smtps://host:465, smtp+plain://host:25; "": none
_MAIL = urlsplit(
    env.str("KAKOU_MAIL", "", validate=lambda url: not url or url.startswith(("smtp://", "smtps://", "smtp+plain://")))
)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or {"smtps": 465, "smtp": 587}.get(_MAIL.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.scheme == "smtps", _MAIL.scheme == "smtp"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("KAKOU_MAIL_FROM", "kakou@localhost")
