#!/bin/bash
# Stands for postgres: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and the statements of /docker-entrypoint-initdb.d at the first start.
set -euo pipefail
data=/var/lib/postgresql/18/docker
as_postgres() { setpriv --reuid=999 --regid=999 --clear-groups "$@"; }
if [ ! -f "$data/PG_VERSION" ]; then
  chown 999:999 /var/lib/postgresql
  as_postgres mkdir -p "$data"
  echo "$POSTGRES_PASSWORD" > /tmp/password
  chown 999 /tmp/password
  as_postgres /opt/postgres/bin/initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password \
    --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-instructions
  rm /tmp/password
  { echo "CREATE DATABASE $POSTGRES_DB;"; cat /docker-entrypoint-initdb.d/*.sql; } |
    as_postgres /opt/postgres/bin/postgres --single -D "$data" -c exit_on_error=on postgres
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
fi
shift # the word "postgres"
exec setpriv --reuid=999 --regid=999 --clear-groups /opt/postgres/bin/postgres -D "$data" \
  -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
