#!/bin/bash
# Stands for prom/prometheus: the program of this machine.
exec /bin/prometheus "$@"
