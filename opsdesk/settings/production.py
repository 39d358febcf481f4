"""The office: everything from the environment, and a refusal to start when a secret is missing or a demo's."""

from pathlib import Path

from environ import FileAwareEnv

from opsdesk.embedded import broker_url
from opsdesk.settings.base import *
from opsdesk.settings.refusals import old_keys, strong_secret

env = FileAwareEnv()
SECRET_KEY = strong_secret("SECRET_KEY", env.str("SECRET_KEY", default=""))
SECRET_KEY_FALLBACKS = [
    strong_secret("SECRET_KEY_FALLBACKS", key) for key in env.list("SECRET_KEY_FALLBACKS", default=[])
]
_vault_key_id = env.str("VAULT_KEY_ID", default="1")
VAULT_KEYS = {
    _vault_key_id: strong_secret("VAULT_KEY", env.str("VAULT_KEY", default="")),
    **old_keys("VAULT_OLD_KEYS", env.dict("VAULT_OLD_KEYS", default={}), current=_vault_key_id),
}
VAULT_SEARCH_KEY = strong_secret("VAULT_SEARCH_KEY", env.str("VAULT_SEARCH_KEY", default=""))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"https://{host}" for host in ALLOWED_HOSTS])
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL"))}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = env.str("DATABASE_TIMEOUTS", default=DATABASE_TIMEOUTS)
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = broker_url(REDIS_URL)
# Counts of twenty seconds: each process keeps its own, and the queue never runs full of them.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
FILES_DIR = Path(env.str("FILES_DIR", default="/var/lib/opsdesk/files"))
# Beside the files that they become: /tmp is memory in a container, and a month of bills is larger than that.
UPLOADS_WAIT_IN = FILES_DIR
DEMO_ALLOWED = False

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
# The proxy overwrites X-Real-IP, so it is the client's own address and nobody's claim.
AXES_CLIENT_IP_CALLABLE = "apps.org.addresses.client_address"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
