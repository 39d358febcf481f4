"""The tests: their own PostgreSQL (tests/conftest.py starts it), fixed keys, a fast hasher, no broker."""

import os
import tempfile
from pathlib import Path

from environ import Env

from opsdesk.embedded import broker_url
from opsdesk.settings.base import *

env = Env()
SECRET_KEY = "tests-only-" + "k" * 60
VAULT_KEYS = {"test": "tests-only-vault-key"}
VAULT_SEARCH_KEY = "tests-only-search-key"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": env.db_url_config(os.environ["DATABASE_URL"])}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = DATABASE_TIMEOUTS
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")
CELERY_BROKER_URL = broker_url(REDIS_URL)
FILES_DIR = Path(os.environ.get("OPSDESK_TEST_FILES", tempfile.gettempdir())) / "opsdesk-test-files"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = True
DEMO_ALLOWED = True
