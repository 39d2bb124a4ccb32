{{/* Name of an object: release and what it is for. Call with (list $ "serve-api"). */}}
{{- define "groundswell.name" -}}
{{- $root := index . 0 -}}{{- $what := index . 1 -}}
{{- printf "%s-%s" $root.Release.Name $what | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* Labels of the release. Call with the root. */}}
{{- define "groundswell.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: groundswell
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What selects the pods of a component. Call with (list $ "serve-api"). */}}
{{- define "groundswell.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/name: {{ index . 1 }}
{{- end }}

{{/* Image reference: digest before tag. Call with (list $ image tag). */}}
{{- define "groundswell.image" -}}
{{- $root := index . 0 -}}{{- $image := index . 1 -}}{{- $tag := index . 2 -}}
{{- $digest := get $root.Values.image.digests $image -}}
{{- $name := printf "%s/%s" $root.Values.image.registry $image -}}
{{- if and $digest (eq $tag (include "groundswell.tag" $root)) -}}
{{- printf "%s@%s" $name $digest -}}
{{- else -}}
{{- printf "%s:%s" $name $tag -}}
{{- end -}}
{{- end }}

{{/* Tag of the release. */}}
{{- define "groundswell.tag" -}}
{{- default .Chart.AppVersion .Values.image.tag -}}
{{- end }}

{{/*
Deployments of a component, as JSON: name suffix, track, tag, and whether the service points at it. What people reach follows
`rollout`; everything else rolls.
*/}}
{{- define "groundswell.tracks" -}}
{{- $root := index . 0 -}}{{- $component := index . 1 -}}
{{- $tag := include "groundswell.tag" $root -}}
{{- $rollout := $root.Values.rollout -}}
{{- $stable := dict "suffix" "" "track" "stable" "tag" $tag -}}
{{- if or (not $component.host) (eq $rollout.strategy "rolling") -}}
{{- list $stable | toJson -}}
{{- else if eq $rollout.strategy "canary" -}}
{{- list $stable (dict "suffix" "-canary" "track" "canary" "tag" $rollout.canary.tag "replicas" $rollout.canary.replicas) | toJson -}}
{{- else -}}
{{- list (dict "suffix" "-blue" "track" "blue" "tag" (default $tag $rollout.blueGreen.blueTag)) (dict "suffix" "-green" "track" "green" "tag" (default $tag $rollout.blueGreen.greenTag)) | toJson -}}
{{- end -}}
{{- end }}

{{/* Track that the service of a component points at. */}}
{{- define "groundswell.activeTrack" -}}
{{- $root := index . 0 -}}{{- $component := index . 1 -}}
{{- if and $component.host (eq $root.Values.rollout.strategy "blueGreen") -}}
{{- $root.Values.rollout.blueGreen.active -}}
{{- else -}}
stable
{{- end -}}
{{- end }}

{{/* Variables that the needs of a workload imply; its user in Kafka is called as it is. Call with (list $ needs name). */}}
{{- define "groundswell.neededEnv" -}}
{{- $root := index . 0 -}}{{- $needs := index . 1 -}}{{- $name := index . 2 }}
- { name: NODE_ENV, value: production }
{{- with $root.Values.transport.allowPlaintext }}
- { name: GW_ALLOW_PLAINTEXT, value: {{ join "," . | quote }} }
{{- end }}
{{- if has "kafka" $needs }}
- { name: KAFKA_BROKERS, value: {{ join "," $root.Values.kafka.brokers | quote }} }
- { name: KAFKA_SSL, value: {{ $root.Values.kafka.tls | ternary "true" "false" | quote }} }
{{- with $root.Values.kafka.sasl.mechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ . }} }
- { name: KAFKA_SASL_USERNAME, value: {{ $name }} }
- { name: KAFKA_SASL_PASSWORD_FILE, value: /etc/groundswell/kafka/password }
{{- end }}
{{- end }}
{{- if has "registry" $needs }}
- { name: SCHEMA_REGISTRY_URL, value: {{ $root.Values.registry.url | quote }} }
{{- end }}
{{- if has "issuer" $needs }}
- { name: ISSUER_URL, value: {{ $root.Values.issuer.url | quote }} }
- { name: TOKEN_AUDIENCE, value: {{ $root.Values.issuer.audience | quote }} }
{{- with $root.Values.issuer.jwksUrl }}
- { name: JWKS_URL, value: {{ . | quote }} }
{{- end }}
- { name: ALLOWED_ORIGINS, value: {{ printf "https://%s" $root.Values.hosts.dashboard | quote }} }
{{- end }}
{{- if $root.Values.caBundle.configMap }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/groundswell/ca/ca.crt }
{{- end }}
{{- end }}

{{/* Variables from the secret. Call with (list $ secretEnv). */}}
{{- define "groundswell.secretEnv" -}}
{{- $root := index . 0 -}}
{{- range $variable, $key := index . 1 }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef: { name: {{ $root.Values.secrets.existingSecret }}, key: {{ $key }} }
{{- end }}
{{- end }}

{{/* Pod security of the "restricted" profile (S77). */}}
{{- define "groundswell.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "groundswell.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/*
Mounts and volumes of every pod: a bounded scratch folder, the certificates of private authorities, and its own password for Kafka: as a
file, which a rotation changes under the running process. Call with (list $ needs name).
*/}}
{{- define "groundswell.mounts" -}}
{{- $root := index . 0 -}}{{- $needs := index . 1 -}}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  {{- if $root.Values.caBundle.configMap }}
  - { name: ca, mountPath: /etc/groundswell/ca, readOnly: true }
  {{- end }}
  {{- if and (has "kafka" $needs) $root.Values.kafka.sasl.mechanism }}
  - { name: kafka, mountPath: /etc/groundswell/kafka, readOnly: true }
  {{- end }}
{{- end }}

{{- define "groundswell.volumes" -}}
{{- $root := index . 0 -}}{{- $needs := index . 1 -}}{{- $name := index . 2 -}}
volumes:
  - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
  {{- with $root.Values.caBundle.configMap }}
  - { name: ca, configMap: { name: {{ . }} } }
  {{- end }}
  {{- if and (has "kafka" $needs) $root.Values.kafka.sasl.mechanism }}
  - name: kafka
    secret:
      secretName: {{ $root.Values.secrets.existingSecret }}
      {{- /* By hand most of what is done needs no Kafka: it must not wait for a key that nobody has made yet. */}}
      {{- if eq $name "operate" }}
      optional: true
      {{- end }}
      {{- /* 0440: its group is the pod's. */}}
      defaultMode: 288
      items: [{ key: kafka-password-{{ $name }}, path: password }]
  {{- end }}
{{- end }}

{{/* Port of an address: after the last colon, else that of the scheme. */}}
{{- define "groundswell.portOf" -}}
{{- $host := (urlParse .).host -}}
{{- if contains ":" $host -}}{{ splitList ":" $host | last }}{{- else if hasPrefix "https" . -}}443{{- else -}}80{{- end -}}
{{- end }}

{{/* Refuses a flag whose objects the cluster does not know: they would be missing without a word. Call with (list $ api flag). */}}
{{- define "groundswell.requireApi" -}}
{{- $root := index . 0 -}}
{{- if not ($root.Capabilities.APIVersions.Has (index . 1)) -}}
{{- fail (printf "%s is set, but the cluster does not serve %s: install its operator first (offline: helm template --api-versions %s)" (index . 2) (index . 1) (index . 1)) -}}
{{- end -}}
{{- end }}
