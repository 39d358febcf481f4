# The production image: one image for web, worker, scheduler and one-off commands.
# Build: docker compose build. No secret enters the image.

FROM python:3.11-slim-bookworm AS base
ENV LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH
# Pango sets the text of PDF papers; their fonts come with the Python packages.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

FROM base AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM base
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/opsdesk
COPY . .
# Production settings refuse to load without secrets; these live for one command and end with it.
RUN secret() { python -c 'import secrets; print(secrets.token_hex(48))'; } \
    && export DJANGO_SETTINGS_MODULE=opsdesk.settings.production ALLOWED_HOSTS=build.invalid \
        SECRET_KEY="$(secret)" VAULT_KEY="$(secret)" VAULT_SEARCH_KEY="$(secret)" \
        DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
    && python manage.py compile_catalogues \
    && python manage.py collectstatic --noinput \
    && python -m compileall -q apps opsdesk \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin opsdesk \
    && install -d -o opsdesk -g opsdesk -m 0700 /var/lib/opsdesk /var/lib/opsdesk/files
USER opsdesk
ENV DJANGO_SETTINGS_MODULE=opsdesk.settings.production FILES_DIR=/var/lib/opsdesk/files HOME=/tmp
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "opsdesk.wsgi:application", "--config", "deploy/gunicorn.conf.py"]
