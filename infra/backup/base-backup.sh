#!/bin/sh
# Physical base backup with a manifest, for point-in-time recovery. Usage: PGHOST=... PGUSER=... base-backup.sh <folder>
set -eu
folder=${1:?folder}
target="$folder/base-$(date -u +%Y%m%dT%H%M%SZ)"
pg_basebackup --pgdata="$target.partial" --format=tar --gzip --checkpoint=fast --wal-method=stream
mv "$target.partial" "$target"
find "$folder" -maxdepth 1 -name 'base-*' -mtime +7 -exec rm -rf {} +
echo "$target"
