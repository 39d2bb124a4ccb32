#!/bin/sh
# Logical dump of one lane, readable by pg_restore. Usage: PGHOST=... PGUSER=... PGDATABASE=... dump.sh <lane> <folder>
set -eu
lane=${1:?lane}
folder=${2:?folder}
schema="gw_$(printf %s "$lane" | tr - _)"
file="$folder/$schema-$(date -u +%Y%m%dT%H%M%SZ).dump"
# A dump that was cut short never has the final name.
pg_dump --format=custom --compress=6 --no-owner --schema="$schema" --file="$file.partial"
pg_restore --list "$file.partial" > /dev/null
mv "$file.partial" "$file"
find "$folder" -name "$schema-*.dump" -mtime +27 -delete
echo "$file"
