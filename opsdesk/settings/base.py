"""Settings that hold everywhere. What is true of the business lives in `rules/` and in parameters, not here."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from opsdesk.settings.unfold import UNFOLD  # noqa: F401 - a setting

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "apps.desk",
    "apps.contracts",
    "apps.staff",
    "apps.finance",
    "apps.aftersales",
    "apps.warehouse",
    "apps.orders",
    "apps.stores",
    "apps.approvals",
    "apps.sheets",
    "apps.parameters",
    "apps.documents",
    "apps.notices",
    "apps.jobs",
    "apps.files",
    "apps.links",
    "apps.workflow",
    "apps.audit",
    "apps.org",
    "apps.core",
    "unfold.apps.BasicAppConfig",
    "opsdesk.apps.RecordsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.core.middleware.ZeroCharactersMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.org.middleware.SessionLimitMiddleware",
    "apps.org.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.DevicesMiddleware",
    "apps.core.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "opsdesk.urls"
WSGI_APPLICATION = "opsdesk.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.User"

# Language and time: one business time zone, one function for the business day (apps.core.calendar).
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
FORMAT_MODULE_PATH = ["opsdesk.formats"]
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "static_root"

# Log-in: argon2, lock-out by user and address, server-side sessions that end.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "apps.org.passwords.HousePasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.org.passwords.UsedPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.org.backend.StandingBackend",
]
LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:login"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 10 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "apps.desk.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "apps.desk.views.account.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Browser defences. Desk pages run under this policy; the admin's own scripts need `unsafe-eval`,
# which opsdesk.admin_site adds for its pages alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# Uploads are streamed to disk, without a name there; forms stay small. The selection of a bulk action is at most 2,000 ids.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500
# More than any page takes, so that the page itself can say how many it takes.
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = ["apps.core.uploads.NamelessUploads"]
# Where uploads wait; None: where the system keeps temporary files.
UPLOADS_WAIT_IN: Path | None = None

# History: statement-level triggers store the row as it was; the signature is our own (docs/adr/0003).
PGHISTORY_APPEND_ONLY = True
PGTRIGGER_SCHEMA_EDITOR = True

DATABASE_TIMEOUTS = "-c lock_timeout=3000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
JOB_STATEMENT_TIMEOUT_SECONDS = 600

# Work: the message is a doorbell, the row is the truth (docs/adr/0004).
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_ACKS_LATE = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    # A page that rings for a worker does not wait for a broker that is away: the sweep finds the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE = {
    "render-documents": {"task": "documents.render", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "release-holds": {"task": "orders.release_holds", "schedule": 60.0, "options": {"expires": 60}},
    "reserve": {"task": "warehouse.reserve", "schedule": 10.0, "options": {"expires": 10}},
    "tidy-waves": {"task": "warehouse.tidy_waves", "schedule": 10.0, "options": {"expires": 10}},
    "daily-lists": {"task": "warehouse.issue_daily_lists", "schedule": 60.0, "options": {"expires": 60}},
    "remind": {"task": "orders.remind_contact", "schedule": 60.0, "options": {"expires": 60}},
    "apply-changes": {"task": "stores.apply_changes", "schedule": 60.0, "options": {"expires": 60}},
    "delist-sold-out": {"task": "stores.delist_sold_out", "schedule": 60.0, "options": {"expires": 60}},
    "decisions-take-effect": {"task": "approvals.take_effect", "schedule": 5.0, "options": {"expires": 5}},
    "remind-deciders": {"task": "approvals.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "clients-silence": {"task": "approvals.silence", "schedule": 3600.0, "options": {"expires": 3600}},
    "expire-import-rows": {"task": "orders.expire_rows", "schedule": 3600.0, "options": {"expires": 3600}},
    "match-lines": {"task": "finance.match", "schedule": 600.0, "options": {"expires": 600}},
    "remind-differences": {"task": "finance.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-keys": {"task": "orders.forget_keys", "schedule": 3600.0, "options": {"expires": 3600}},
    "keep-score-months": {"task": "staff.keep_months", "schedule": 3600.0, "options": {"expires": 3600}},
    "settle-contracts": {"task": "contracts.every_day", "schedule": 3600.0, "options": {"expires": 3600}},
    "check-promises": {
        "task": "notices.check_promises",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "expire-files": {"task": "files.expire", "schedule": 3600.0, "options": {"expires": 3600}},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.orders.api.authentication.StoreTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.permissions.Denied"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "EXCEPTION_HANDLER": "apps.core.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "opsdesk API",
    "DESCRIPTION": "Orders in and out, per store.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "OrderState": "apps.orders.workflows.order.OrderState",
        "ShippingState": "apps.orders.workflows.shipping_order.ShippingState",
    },
    "SERVE_PUBLIC": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "apps.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
