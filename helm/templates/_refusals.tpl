{{/* Refuses values that do not work, all of them at once. */}}
{{- define "testdata.refuse" -}}
{{- $faults := concat (include "testdata.missing" . | fromYamlArray) (include "testdata.contradictions" . | fromYamlArray) -}}
{{- if $faults -}}
{{- fail (printf "\n\nThese values must be set or changed (docs/helm.md):\n  - %s\n" (join "\n  - " $faults)) -}}
{{- end -}}
{{- end -}}

{{/* A Secret that is needed and not named. Takes: root, own, where, key, what. */}}
{{- define "testdata.missingSecret" -}}
{{- if not (include "testdata.secretName" .) -}}
{{ printf "%s.existingSecret (or existingSecret for all): the Secret whose %s holds %s" .where .own.key .what | quote | printf "- %s\n" }}
{{- end -}}
{{- end -}}

{{- define "testdata.missing" -}}
{{- if not .Values.image.registry }}
- "image.registry: where {{ .Values.gateway.image.repository }} and {{ .Values.workerDefaults.image.repository }} are, such as ghcr.io/acme"
{{ end -}}
{{- $workers := include "testdata.workers" . | fromYaml -}}
{{- if or $workers .Values.flower.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.redis "where" "redis" "what" "Redis' URL") }}
{{- end -}}
{{- if or $workers .Values.migration.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.database "where" "database" "what" "PostgreSQL's URL") }}
{{- end -}}
{{- if .Values.flower.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.flower.auth "where" "flower.auth" "what" "Flower's login, user:password") }}
{{- end -}}
{{- if .Values.claude.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.claude "where" "claude" "what" "Claude's API key") }}
{{- end -}}
{{- if and .Values.vllm.url .Values.vllm.auth.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.vllm.auth "where" "vllm.auth" "what" "the model's API key") }}
{{- end -}}
{{- if and .Values.weaviate.url .Values.weaviate.auth.enabled -}}
{{ include "testdata.missingSecret" (dict "root" . "own" .Values.weaviate.auth "where" "weaviate.auth" "what" "Weaviate's API key") }}
{{- end -}}
{{- if and .Values.apiKeys.enabled (not .Values.apiKeys.existingSecret) }}
- "apiKeys.existingSecret: the Secret whose {{ .Values.apiKeys.key }} holds the file of clients"
{{ end -}}
{{- if and .Values.tls.enabled (not .Values.tls.existingSecret) }}
- "tls.existingSecret: a Secret of the type kubernetes.io/tls"
{{ end -}}
{{- end -}}

{{- define "testdata.contradictions" -}}
{{- $kubernetes := .Capabilities.KubeVersion.Version -}}
{{- /* A Helm that was built from source takes 1.20.0 where no cluster is asked. */ -}}
{{- if and (semverCompare "<1.25-0" $kubernetes) (ne $kubernetes "v1.20.0") }}
- "the cluster: Kubernetes {{ $kubernetes }} is too old, 1.25 is the oldest that this chart goes with"
{{ end -}}
{{- $name := include "testdata.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
- "fullnameOverride: no Service can be called {{ $name }}, as the release's name would have it: give letters, digits and dashes that begin with a letter"
{{ end -}}
{{- with .Values.gateway.autoscaling -}}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
- "gateway.autoscaling: minReplicas is above maxReplicas"
{{ end -}}
{{- if and .enabled (not (dig "requests" "cpu" "" $.Values.gateway.resources)) }}
- "gateway.resources.requests.cpu: gateway.autoscaling measures by it"
{{ end -}}
{{- end -}}
{{- range $name, $worker := include "testdata.workers" . | fromYaml -}}
{{- if not (and $worker.queues $worker.pool $worker.concurrency $worker.resources) }}
- "workers.{{ $name }}: queues, pool, concurrency and resources must be set"
{{ end -}}
{{- if gt (int $worker.autoscaling.minReplicas) (int $worker.autoscaling.maxReplicas) }}
- "workers.{{ $name }}.autoscaling: minReplicas is above maxReplicas"
{{ end -}}
{{- end -}}
{{- if and .Values.keda.enabled (eq .Values.keda.trigger "prometheus") (not .Values.keda.prometheusUrl) }}
- "keda.prometheusUrl: keda.trigger is prometheus"
{{ end -}}
{{- if and .Values.tls.clientCa.enabled (not .Values.tls.enabled) }}
- "tls.clientCa.enabled: clients can show certificates only with tls.enabled"
{{ end -}}
{{- if and .Values.flower.ingress.enabled (not .Values.flower.enabled) }}
- "flower.ingress.enabled: flower.enabled is false"
{{ end -}}
{{- range $where, $ingress := dict "gateway" .Values.gateway.ingress "flower" .Values.flower.ingress -}}
{{- if $ingress.enabled -}}
{{- if not $ingress.hosts }}
- "{{ $where }}.ingress.hosts: no host is named"
{{ end -}}
{{- if and $.Values.networkPolicy.enabled (not $.Values.networkPolicy.ingressController) }}
- "networkPolicy.ingressController: {{ $where }}.ingress.enabled lets nobody in until the controller is named"
{{ end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.monitoring) }}
- "networkPolicy.monitoring: serviceMonitor.enabled measures nothing until Prometheus is let in"
{{ end -}}
{{- $urls := dict "weaviate.url" .Values.weaviate.url "weaviate.grpcUrl" .Values.weaviate.grpcUrl "claude.baseUrl" .Values.claude.baseUrl "vllm.url" .Values.vllm.url "keda.prometheusUrl" .Values.keda.prometheusUrl -}}
{{- range $where, $url := $urls -}}
{{- if contains "@" $url }}
- "{{ $where }}: a password has no place in values; take it out of the URL, and change it if others could read it"
{{ end -}}
{{- end -}}
{{- if and (not .Values.weaviate.url) (or .Values.weaviate.grpcUrl .Values.weaviate.auth.enabled) }}
- "weaviate.url: what else is said of weaviate needs it"
{{ end -}}
{{- if and (not .Values.vllm.url) (or .Values.vllm.model .Values.vllm.auth.enabled) }}
- "vllm.url: what else is said of vllm needs it"
{{ end -}}
{{- if and .Values.vllm.url (not .Values.vllm.model) }}
- "vllm.model: the model's name at vllm.url"
{{ end -}}
{{- end -}}
