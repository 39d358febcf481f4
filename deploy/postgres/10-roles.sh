#!/bin/bash
# Runs once, when the database folder is empty. Three roles: `postgres` may do everything and is used by nobody;
# `opsdesk_owner` owns the tables and runs migrations; `opsdesk_app` works with the rows and can change no table.
set -euo pipefail

owner_password=$(cat /run/secrets/owner_password)
app_password=$(cat /run/secrets/app_password)

psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner_password="$owner_password" --set app_password="$app_password" <<'SQL'
CREATE ROLE opsdesk_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE opsdesk_app LOGIN PASSWORD :'app_password';
CREATE DATABASE opsdesk OWNER opsdesk_owner;
REVOKE ALL ON DATABASE opsdesk FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE opsdesk TO opsdesk_app;
ALTER ROLE opsdesk_app IN DATABASE opsdesk SET search_path = public;
ALTER ROLE opsdesk_owner IN DATABASE opsdesk SET search_path = public;
\connect opsdesk
-- The one extension that the owner may not create; the others are made by migrations.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
GRANT pg_read_all_stats TO opsdesk_owner;
SQL
