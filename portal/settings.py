"""Django settings, read once from the environment; every variable is described in docs/settings.md."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import cast

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.urls import reverse_lazy

from portal.environment import database_settings, load_or_exit
from portal.logs import PROCESSORS
from portal.urls_of_servers import for_mail

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
ENVIRONMENT = load_or_exit(BASE_DIR)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
COUNTERSIGN_MASTER_KEY = ENVIRONMENT.master_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
PRODUCTION = ENVIRONMENT.production
AI_HALTED = ENVIRONMENT.ai_halted
SQLITE_FOLDER = ENVIRONMENT.sqlite_folder
EVIDENCE_FOLDER = ENVIRONMENT.evidence_folder
SEALS_FOLDER = ENVIRONMENT.seals_folder
SANDBOX_DATABASE_URL = ENVIRONMENT.sandbox_url
ANTHROPIC_API_KEY = ENVIRONMENT.anthropic_api_key
ANTHROPIC_BASE_URL = ENVIRONMENT.anthropic_base_url
SHOPIFY_ORIGIN = ENVIRONMENT.shopify_origin
ZENDESK_ORIGIN = ENVIRONMENT.zendesk_origin
STRIPE_ORIGIN = ENVIRONMENT.stripe_origin
PORTAL_URL = ENVIRONMENT.portal_url
METRICS_TOKEN = ENVIRONMENT.metrics_token
WORKER_METRICS = ENVIRONMENT.worker_metrics if "celery" in sys.argv[0] and "worker" in sys.argv else ""
if WORKER_METRICS and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # Before anything counts: a worker's children count into files that its main process adds up.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="countersign-metrics-")
MAIL_IS_SET = ENVIRONMENT.email_url is not None
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
_MAIL = for_mail(ENVIRONMENT.email_url)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _MAIL.is_tls, _MAIL.is_starttls, 10

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "portal.apps.PortalConfig",
    "guardrails.apps.GuardrailsConfig",
    "audit.apps.AuditConfig",
    "connectors.apps.ConnectorsConfig",
    "questions.apps.QuestionsConfig",
    "tickets.apps.TicketsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.RequestFrame",
    "portal.logs.LogRequests",
    "portal.csp.PolicyByShell",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.EnterOrganization",
    "portal.access.RequireSignIn",
    "portal.visits.Escort",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.navigation.shell",
            ],
            "builtins": ["portal.templatetags.countersign"],
        },
    }
]


def database(url: str, *, pooled: bool = False) -> dict[str, object]:
    """Return Django's settings for a PostgreSQL URL, on the backend that binds the organization."""
    found = database_settings(url)
    options = dict(cast(dict[str, object], found["OPTIONS"]))
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": ENVIRONMENT.pool_size, "timeout": 10}
    return {**found, "ENGINE": "portal.postgresql", "OPTIONS": options, "CONN_MAX_AGE": 0 if pooled else None}


# A pool serves the threads of one web process; workers fork, so they and the tests keep plain connections.
_IS_WEB = not TESTING and ("gunicorn" in sys.argv[0] or "runserver" in sys.argv)
DATABASES = {
    "default": database(ENVIRONMENT.database_url, pooled=_IS_WEB),
    "dispatcher": database(ENVIRONMENT.database_dispatcher_url),
}
if ENVIRONMENT.database_owner_url:  # web and worker have no use for it
    DATABASES["owner"] = database(ENVIRONMENT.database_owner_url)
DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASES["dispatcher"]["TEST"] = {"MIRROR": "owner"}
DATABASE_ROUTERS = ["portal.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.sign_in.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True

AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "portal.sign_in.counted_name"
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.sign_in.locked_out"

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_REFRESH = timedelta(minutes=5)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.cache_url}}
CACHE_URL = ENVIRONMENT.cache_url
REDIS_URL = ENVIRONMENT.redis_url

CELERY_BROKER_URL = ENVIRONMENT.broker_url
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 225
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CONCURRENCY = ENVIRONMENT.worker_slots
WORK_ROOM = ENVIRONMENT.worker_slots * 2
CELERY_BEAT_SCHEDULER = "portal.beat:SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "dispatch": {"task": "portal.dispatch", "schedule": 1.0, "options": {"expires": 5}},
    "sweep": {"task": "portal.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "keep-partitions": {"task": "audit.keep_partitions", "schedule": 6 * 3600.0},
    "drop-months": {"task": "audit.drop_months", "schedule": crontab(hour=3, minute=40)},
    "seal": {"task": "audit.seal_all", "schedule": 2.0, "options": {"expires": 10}},
    "sweep-seals": {"task": "audit.sweep_all", "schedule": crontab(hour=3, minute=40)},
    "publish-heads": {"task": "audit.publish_all", "schedule": 60.0, "options": {"expires": 50}},
    "look-for-risks": {"task": "audit.look_all", "schedule": 300.0, "options": {"expires": 240}},
    "watch-live-actions": {"task": "tickets.watch_all", "schedule": 600.0, "options": {"expires": 300}},
    "reconcile-stores": {"task": "tickets.reconcile_all", "schedule": crontab(hour=2, minute=15)},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api_auth.BearerToken", "portal.api_auth.SignedInSession"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api_auth.HasCapability"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "portal.api_wire.KeysetPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "portal.api_wire.explain",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "UPDATE_LAST_LOGIN": False,
    "SIGNING_KEY": ENVIRONMENT.secret_key,
    "USER_ID_FIELD": "id",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "VERSION": "1",
    "DESCRIPTION": "Governed questions to data and governed customer actions.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["portal.api_auth.SignedIn"],
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # a test client would list every static file anew
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # grants are asked of the direct models, not through a backend
    "auth.W004",  # e-mail is unique regardless of case, by a constraint on lower(email)
]
TEST_RUNNER = "django.test.runner.DiscoverRunner"

UNFOLD = {
    "SITE_TITLE": "Countersign",
    "SITE_HEADER": "Countersign",
    "SITE_SYMBOL": "verified",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("countersign/mark.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [lambda request: static("countersign/admin.css")],
    "DASHBOARD_CALLBACK": "audit.dashboard.add_figures",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "portal.navigation.admin_sidebar",
    },
    "ACCOUNT": {"navigation": [{"title": "Change password", "link": reverse_lazy("portal:password")}]},
}

structlog.configure(
    processors=list(PROCESSORS),
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        "sqlglot": {"level": "CRITICAL"},
    },
}
