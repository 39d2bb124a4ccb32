#!/bin/bash
# Stands for apache/kafka: KAFKA_LOG_DIRS=x becomes log.dirs=x, storage is formatted once, then the broker of tools/platform runs.
set -euo pipefail
file=/tmp/server.properties
env | grep '^KAFKA_' | grep -Ev '^KAFKA_(HEAP_)?OPTS=' | while IFS='=' read -r name value; do
  key=${name#KAFKA_}
  key=${key,,}
  echo "${key//_/.}=$value"
done > "$file"
run() { exec /opt/java/bin/java "$@"; }
classes=(-Dlog4j2.configurationFile=/opt/kafka/log4j2.xml -cp '/opt/kafka/libs/*')
if [ ! -f "$KAFKA_LOG_DIRS/meta.properties" ]; then
  (run -Xmx128m "${classes[@]}" kafka.tools.StorageTool format --ignore-formatted -t 5L6g3nShT-eMCtK--X86sw -c "$file")
fi
# shellcheck disable=SC2086 # several options in one variable
run $KAFKA_HEAP_OPTS ${KAFKA_OPTS:-} "${classes[@]}" kafka.Kafka "$file"
