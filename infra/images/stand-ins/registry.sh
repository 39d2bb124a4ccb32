#!/bin/bash
# Stands for apicurio/apicurio-registry: the same program, which reads the same APICURIO_ variables.
exec /opt/java/bin/java -Xms64m -Xmx384m -XX:TieredStopAtLevel=1 -jar /opt/registry/*-runner.jar
