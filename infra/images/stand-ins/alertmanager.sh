#!/bin/bash
# Stands for prom/alertmanager: the program of this machine.
exec /bin/alertmanager "$@"
