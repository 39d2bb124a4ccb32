{{/* Every tag that this release starts, as JSON: that of the release first, then those of canary and colours. Call with the root. */}}
{{- define "groundswell.startedTags" -}}
{{- $root := . -}}
{{- $tags := list (include "groundswell.tag" .) -}}
{{- range $component := .Values.components -}}
{{- if $component.enabled -}}
{{- range include "groundswell.tracks" (list $root $component) | fromJsonArray -}}{{- $tags = append $tags .tag -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $tags | uniq | toJson -}}
{{- end }}

{{/* "yes" for three numbers and what may follow them: only such tags have an order. */}}
{{- define "groundswell.isVersion" -}}
{{- $number := `(0|[1-9][0-9]*)` -}}
{{- $word := `(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)` -}}
{{- if regexMatch (printf `^v?%s\.%s\.%s(-%s(\.%s)*)?$` $number $number $number $word $word) . -}}yes{{- end -}}
{{- end }}

{{/* The newest of some tags, the first of equal ones; empty when nobody can tell. Call with the list. */}}
{{- define "groundswell.newestTag" -}}
{{- $newest := first . -}}
{{- range rest . -}}
  {{- if not (and $newest (include "groundswell.isVersion" $newest) (include "groundswell.isVersion" .)) -}}
    {{- $newest = "" -}}
  {{- else if gt ((semver .).Compare (semver $newest)) 0 -}}
    {{- $newest = . -}}
  {{- end -}}
{{- end -}}
{{- $newest -}}
{{- end }}

{{/*
Tag of a job: the newest that this release starts. A canary or an incoming colour may need a column that the version beside it does not
know; older ones live with it, for migrations only add. Tags without an order: a canary is what comes, but of two colours either may be,
and the newer one would miss its columns after the older one's `migrate`. Call with (list $ name job).
*/}}
{{- define "groundswell.jobTag" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $own := (index . 2).tag -}}
{{- $started := include "groundswell.startedTags" $root | fromJsonArray -}}
{{- $newest := include "groundswell.newestTag" $started -}}
{{- if and (not $newest) (eq $root.Values.rollout.strategy "canary") -}}{{- $newest = $root.Values.rollout.canary.tag -}}{{- end -}}
{{- if and (not $own) (not $newest) -}}
  {{- fail (printf "jobs.%s.tag is empty, and nobody can tell which of %s is the newest: name it" $name (join ", " $started)) -}}
{{- end -}}
{{- if and $own $newest (ne $own $newest) (eq $newest (include "groundswell.newestTag" (list $own $newest))) -}}
  {{- fail (printf "jobs.%s.tag is %s, but this release starts %s too: what that needs would not be there" $name $own $newest) -}}
{{- end -}}
{{- default $newest $own -}}
{{- end }}
