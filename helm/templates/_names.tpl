{{/* The names of objects begin with this; short enough that all endings fit into 63 characters. */}}
{{- define "testdata.fullname" -}}
{{- $chart := default .Chart.Name .Values.nameOverride -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) -}}
{{- default $both .Values.fullnameOverride | trunc 35 | trimSuffix "-" -}}
{{- end -}}

{{/* What pods of one part are found by. Takes: root, component. */}}
{{- define "testdata.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of an object; ours count more than those of the values. Takes: root, component; more: a map of further ones. */}}
{{- define "testdata.labels" -}}
{{- $own := include "testdata.selector" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "test-data-agent" -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $_ := set $own "helm.sh/chart" $chart -}}
{{ merge $own (default dict .more) .root.Values.commonLabels | toYaml }}
{{- end -}}

{{- define "testdata.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "testdata.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{/* An image. Takes: root, image. */}}
{{- define "testdata.image" -}}
{{- $name := printf "%s/%s" (trimSuffix "/" .root.Values.image.registry) .image.repository -}}
{{- if .image.digest -}}
{{ printf "%s@%s" $name .image.digest | quote }}
{{- else -}}
{{ printf "%s:%s" $name (default .root.Chart.AppVersion .root.Values.image.tag) | quote }}
{{- end -}}
{{- end -}}

{{/* The Deployments of workers that are wanted, each with what it leaves out: a map by name. */}}
{{- define "testdata.workers" -}}
{{- $found := dict -}}
{{- range $name, $own := .Values.workers -}}
{{- $worker := mergeOverwrite (deepCopy $.Values.workerDefaults) (deepCopy $own) -}}
{{- if $worker.enabled -}}
{{- $_ := set $found $name $worker -}}
{{- end -}}
{{- end -}}
{{ toYaml $found }}
{{- end -}}

{{/* The port on which workers tell their metrics. */}}
{{- define "testdata.workerMetricsPort" -}}8092{{- end -}}

{{/* Whether pods have the model's settings: "true" or nothing. */}}
{{- define "testdata.hasModel" -}}
{{- if or .Values.claude.enabled .Values.vllm.url -}}true{{- end -}}
{{- end -}}
