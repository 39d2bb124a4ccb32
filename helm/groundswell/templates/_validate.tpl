{{/* Combinations that values.schema.json cannot refuse. Every message says what to do. */}}
{{- define "groundswell.validate" -}}
{{- $values := .Values -}}
{{- $topics := .Files.Get "files/topics.json" | fromJson -}}
{{- $production := eq $values.environment "production" -}}
{{- $needs := list -}}
{{- range $name, $component := $values.components -}}
  {{- if $component.enabled -}}
    {{- $needs = concat $needs $component.needs -}}
    {{- $scaling := $component.scaling -}}
    {{- if ne (len (keys $scaling)) 1 -}}
      {{- fail (printf "components.%s.scaling: give exactly one of replicas, hpa, lag (null removes a default)" $name) -}}
    {{- end -}}
    {{- with $scaling.hpa -}}
      {{- if gt (int .min) (int .max) -}}{{- fail (printf "components.%s.scaling.hpa: min is above max" $name) -}}{{- end -}}
    {{- end -}}
    {{- with $scaling.lag -}}
      {{- $lag := . -}}
      {{- if gt (int .min) (int .max) -}}{{- fail (printf "components.%s.scaling.lag: min is above max" $name) -}}{{- end -}}
      {{- if not (has "kafka" $component.needs) -}}{{- fail (printf "components.%s.scaling.lag: it has no lag, for kafka is not among its needs" $name) -}}{{- end -}}
      {{- $asItself := and $values.keda.enabled $values.kafka.sasl.mechanism (not $values.keda.authenticationRef) -}}
      {{- range .triggers -}}
        {{- $topic := get $topics .topic -}}
        {{- if not $topic -}}{{- fail (printf "components.%s.scaling.lag: the catalogue has no topic %s" $name .topic) -}}{{- end -}}
        {{- if gt (int $lag.max) (int $topic.partitions) -}}
          {{- fail (printf "components.%s.scaling.lag.max is %d, but %s has %d partitions: more replicas would stand idle" $name (int $lag.max) .topic (int $topic.partitions)) -}}
        {{- end -}}
        {{- /* What the catalogue gives a user in Kafka: groups that begin with its name, topics that it reads. */ -}}
        {{- if and $asItself (not (hasPrefix $name .group)) -}}
          {{- fail (printf "components.%s.scaling.lag: KEDA asks as %s, who may not see the group %s: take one of its own, or set keda.authenticationRef" $name $name .group) -}}
        {{- end -}}
        {{- if and $asItself (not (has $name $topic.consumers)) -}}
          {{- fail (printf "components.%s.scaling.lag: KEDA asks as %s, who may not see %s: take a topic that it reads, or set keda.authenticationRef" $name $name .topic) -}}
        {{- end -}}
      {{- end -}}
    {{- end -}}
    {{- if and (eq (default "" $component.strategy) "Recreate") (ne (int (default 0 $scaling.replicas)) 1) -}}
      {{- fail (printf "components.%s is there once: its strategy is Recreate, so scaling.replicas must be 1" $name) -}}
    {{- end -}}
    {{- if and $production $component.host (eq (int (default 2 $scaling.replicas)) 1) -}}
      {{- fail (printf "components.%s is what people reach: production needs at least 2 replicas" $name) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $name, $job := $values.jobs -}}{{- if $job.enabled -}}{{- $needs = concat $needs $job.needs -}}{{- end -}}{{- end -}}
{{- if and (has "kafka" $needs) (not $values.kafka.brokers) -}}{{- fail "kafka.brokers is empty: name at least one broker, host:port" -}}{{- end -}}
{{- if and (has "kafka" $needs) (not $values.kafka.tls) (not (has "kafka" $values.transport.allowPlaintext)) -}}{{- fail "kafka.tls is false: services refuse plaintext; turn it on, or name kafka in transport.allowPlaintext" -}}{{- end -}}
{{- if and (has "registry" $needs) (not $values.registry.url) -}}{{- fail "registry.url is empty: give the base URL of the schema registry" -}}{{- end -}}
{{- if and (has "registry" $needs) (hasPrefix "http:" $values.registry.url) (not (has "registry" $values.transport.allowPlaintext)) -}}{{- fail "registry.url is not https: services refuse plaintext; use https, or name registry in transport.allowPlaintext" -}}{{- end -}}
{{- if and (has "issuer" $needs) (not $values.issuer.url) -}}{{- fail "issuer.url is empty: give the issuer whose tokens the API accepts" -}}{{- end -}}
{{- $watch := get $values.components "watch" -}}
{{- if and $watch $watch.enabled (ne $values.lane "live") -}}{{- fail (printf "components.watch: its canaries happen now and would make the history of lane %s late: set components.watch.enabled=false" $values.lane) -}}{{- end -}}
{{- if and $values.traces.headersKey (hasPrefix "http:" $values.traces.endpoint) -}}{{- fail "traces.headersKey: a secret travels over https only; change traces.endpoint" -}}{{- end -}}
{{- with $values.backup -}}{{- if .enabled -}}
  {{- range $key := list "endpoint" "region" "bucket" -}}
    {{- if not (get $values.backup $key) -}}{{- fail (printf "backup.%s is empty: Terraform's chart_values has it; without it there is nowhere to put a dump" $key) -}}{{- end -}}
  {{- end -}}
  {{- if not (hasPrefix "https://" .endpoint) -}}{{- fail (printf "backup.endpoint %s: a dump holds personal data, and travels over TLS only" .endpoint) -}}{{- end -}}
  {{- if and $values.networkPolicy.enabled (ne (include "groundswell.portOf" .endpoint) "443") -}}{{- fail (printf "backup.endpoint %s: network policies open port 443 of the internet and no other" .endpoint) -}}{{- end -}}
  {{- if hasSuffix ":latest" .dumpImage -}}{{- fail (printf "backup.dumpImage %s: name a version, the server's or a newer one" .dumpImage) -}}{{- end -}}
  {{- $apart := default dict $values.jobs.migrate.env -}}
  {{- if and .role (not (and $apart.DATABASE_APP_ROLE $apart.DATABASE_READER_ROLE)) -}}{{- fail (printf "backup.role %s: it gets its rights with DATABASE_APP_ROLE and DATABASE_READER_ROLE of jobs.migrate.env, which are not there; where one role does everything set backup.role='' and name its key in backup.connectionSecretEnv.DATABASE_URL" .role) -}}{{- end -}}
  {{- if hasKey $apart "DATABASE_BACKUP_ROLE" -}}{{- fail "jobs.migrate.env.DATABASE_BACKUP_ROLE: say backup.role" -}}{{- end -}}
{{- end -}}{{- end -}}
{{- if and $values.ingress.enabled $values.gateway.enabled -}}{{- fail "ingress.enabled and gateway.enabled: choose one way in" -}}{{- end -}}
{{- if and $production $values.ingress.enabled (not $values.ingress.tlsSecret) -}}{{- fail "ingress.tlsSecret is empty: production answers over TLS only" -}}{{- end -}}
{{- $tags := dict "image.tag" (include "groundswell.tag" .) "rollout.canary.tag" $values.rollout.canary.tag "rollout.blueGreen.blueTag" $values.rollout.blueGreen.blueTag "rollout.blueGreen.greenTag" $values.rollout.blueGreen.greenTag -}}
{{- range $name, $job := $values.jobs -}}{{- $_ := set $tags (printf "jobs.%s.tag" $name) (default "" $job.tag) -}}{{- end -}}
{{- range $key, $tag := $tags -}}{{- if and $production (eq $tag "latest") -}}{{- fail (printf "%s is latest: production names a version" $key) -}}{{- end -}}{{- end -}}
{{- if $production -}}{{- range $url := list $values.issuer.url -}}{{- if and $url (not (hasPrefix "https://" $url)) -}}{{- fail (printf "issuer.url %s: production trusts keys over TLS only" $url) -}}{{- end -}}{{- end -}}{{- end -}}
{{- if and (eq $values.rollout.strategy "canary") (not $values.rollout.canary.tag) -}}{{- fail "rollout.canary.tag is empty: name the version that the canary runs" -}}{{- end -}}
{{- if and (eq $values.rollout.strategy "canary") (not (or $values.ingress.enabled $values.gateway.enabled)) -}}{{- fail "rollout.strategy is canary: weights need ingress.enabled or gateway.enabled" -}}{{- end -}}
{{- end }}
