"""The house as in an office, with the keys of the tests: durable servers of its own, no debugging, a quiet log."""

from opsdesk.settings.test import *

ROOT_URLCONF = "tests.benchmarks.limits.pages"
# Static files are found once, at the start, as behind the proxy; nobody looks for them with every request.
WHITENOISE_AUTOREFRESH = False
STATICFILES_DIRS: list[str] = []
STATIC_ROOT = BASE_DIR / "static"
DATABASES["default"]["CONN_MAX_AGE"] = 600
LOGGING["root"]["level"] = "ERROR"
