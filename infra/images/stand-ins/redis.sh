#!/bin/bash
# Stands for redis: Debian's server, its data in /data, reachable by the other containers.
cd /data || exit 1
exec "$@" --bind '*' --protected-mode no --dir /data
