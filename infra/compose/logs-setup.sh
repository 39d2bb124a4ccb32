#!/usr/bin/env bash
# Gives Elasticsearch the lifecycle and templates of infra/logging, and Kibana its saved objects. Safe to repeat. Under compose as it is; against
# others with ELASTICSEARCH_URL, KIBANA_URL, LOGGING_DIR=infra/logging, names and passwords in ~/.netrc, an authority in CURL_CA_BUNDLE.
set -euo pipefail
dir=${LOGGING_DIR:-/setup/logging}
elasticsearch=${ELASTICSEARCH_URL:-http://elasticsearch:9200}
kibana=${KIBANA_URL:-http://kibana:5601}

put() {
  curl -fsS --netrc-optional -X PUT "$elasticsearch/$1" -H 'content-type: application/json' --data-binary "@$dir/elasticsearch/$2.json"
  echo " $2"
}

put _ilm/policy/groundswell-logs lifecycle-policy
put _component_template/groundswell-mappings component-mappings
put _component_template/groundswell-settings component-settings
put _component_template/groundswell-lifecycle component-lifecycle
put _index_template/groundswell-logs index-template
curl -fsS --netrc-optional "$kibana/api/saved_objects/_import?overwrite=true" -H 'kbn-xsrf: groundswell' --form "file=@$dir/kibana/saved-objects.ndjson"
echo ' saved objects'
