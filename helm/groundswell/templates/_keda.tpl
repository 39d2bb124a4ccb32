{{/*
How KEDA asks Kafka on behalf of a component. What is no secret stands in the trigger; user, password and authority come from a
TriggerAuthentication. KEDA refuses a setting that comes from both, so an authentication of somebody else's brings all of them.
*/}}
{{- define "groundswell.kedaTransport" -}}
{{- if not .Values.keda.authenticationRef -}}
tls: {{ ternary "enable" "disable" .Values.kafka.tls }}
{{- with .Values.kafka.sasl.mechanism }}
sasl: {{ get (dict "SCRAM-SHA-512" "scram_sha512" "SCRAM-SHA-256" "scram_sha256") . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Name of the authentication of a component's triggers, or nothing. Call with (list $ name). */}}
{{- define "groundswell.kedaAuthentication" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.keda.authenticationRef -}}
{{- $root.Values.keda.authenticationRef -}}
{{- else if or $root.Values.kafka.sasl.mechanism (and $root.Values.kafka.tls $root.Values.caBundle.configMap) -}}
{{- include "groundswell.name" (list $root (index . 1)) -}}
{{- end -}}
{{- end }}
