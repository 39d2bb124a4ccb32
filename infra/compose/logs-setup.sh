#!/usr/bin/env bash
# Gives Elasticsearch the lifecycle and templates of infra/logging, and Kibana its saved objects. Safe to repeat.
set -euo pipefail
dir=/setup/logging

put() {
  curl -fsS -X PUT "http://elasticsearch:9200/$1" -H 'content-type: application/json' --data-binary "@$dir/elasticsearch/$2.json"
  echo " $2"
}

put _ilm/policy/groundswell-logs lifecycle-policy
put _component_template/groundswell-mappings component-mappings
put _component_template/groundswell-settings component-settings
put _component_template/groundswell-lifecycle component-lifecycle
put _index_template/groundswell-logs index-template
curl -fsS 'http://kibana:5601/api/saved_objects/_import?overwrite=true' -H 'kbn-xsrf: groundswell' --form "file=@$dir/kibana/saved-objects.ndjson"
echo ' saved objects'
