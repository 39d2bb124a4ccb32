#!/bin/bash
# Stands for prom/alertmanager: the program of this machine, as the same user.
exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/alertmanager "$@"
