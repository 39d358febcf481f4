"""A checkout on somebody's machine: embedded servers unless the environment names others."""

import json
import secrets

from environ import Env

from opsdesk.embedded import broker_url, data_folder, urls
from opsdesk.settings.base import *

env = Env()
DATA_DIR = data_folder()


def _local_secrets() -> dict[str, str]:
    """Keys made once per checkout, so that sessions and encrypted rows survive a restart."""
    path = DATA_DIR / "secrets.json"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(64) for name in ("secret_key", "vault_key", "search_key")}
        path.write_text(json.dumps(made), encoding="utf-8")
        path.chmod(0o600)
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


_keys = _local_secrets()
SECRET_KEY = _keys["secret_key"]
VAULT_KEYS = {"local": _keys["vault_key"]}
VAULT_SEARCH_KEY = _keys["search_key"]

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_urls = urls()
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default=_urls.database))}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = DATABASE_TIMEOUTS
REDIS_URL = env.str("REDIS_URL", default=_urls.redis)
CELERY_BROKER_URL = broker_url(REDIS_URL)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
FILES_DIR = DATA_DIR / "files"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DEMO_ALLOWED = True
