{{/* What a workload may reach: names always, the platform by the ports of its needs. Call with (list $ needs). */}}
{{- define "groundswell.egress" -}}
{{- $root := index . 0 -}}{{- $needs := index . 1 -}}
- to:
    - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
      podSelector: { matchLabels: { k8s-app: kube-dns } }
  ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
{{- $ports := list -}}
{{- if has "kafka" $needs -}}
{{- range $root.Values.kafka.brokers -}}{{- $ports = append $ports (splitList ":" . | last) -}}{{- end -}}
{{- end -}}
{{- if has "registry" $needs -}}{{- $ports = append $ports (include "groundswell.portOf" $root.Values.registry.url) -}}{{- end -}}
{{- if has "postgres" $needs -}}{{- $ports = append $ports ($root.Values.postgres.port | toString) -}}{{- end -}}
{{- if has "redis" $needs -}}{{- $ports = append $ports ($root.Values.redis.port | toString) -}}{{- end -}}
{{- with $ports | uniq | sortAlpha }}
- to:
    {{- range $root.Values.networkPolicy.platformCidrs }}
    - ipBlock: { cidr: {{ . }} }
    {{- end }}
    {{- range $root.Values.networkPolicy.platformNamespaces }}
    - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ . }} } }
    {{- end }}
  ports:
    {{- range . }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end }}
{{- if and (has "traces" $needs) $root.Values.traces.endpoint }}
- to:
    - namespaceSelector: { matchLabels: {{ toJson $root.Values.networkPolicy.monitoringNamespace }} }
  ports: [{ port: {{ include "groundswell.portOf" $root.Values.traces.endpoint }}, protocol: TCP }]
{{- end }}
{{- if has "issuer" $needs }}
{{- /* Keys of the issuer: its address may change at any time, its port does not. */}}
- to:
    - ipBlock: { cidr: 0.0.0.0/0 }
  ports: [{ port: {{ include "groundswell.portOf" (default $root.Values.issuer.url $root.Values.issuer.jwksUrl) }}, protocol: TCP }]
{{- end }}
{{- if has "internet" $needs }}
- to:
    - ipBlock: { cidr: 0.0.0.0/0, except: {{ toJson $root.Values.networkPolicy.privateCidrs }} }
  ports: [{ port: 443, protocol: TCP }]
{{- end }}
{{- end }}
