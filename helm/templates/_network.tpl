{{/* The port of a URL. */}}
{{- define "testdata.portOf" -}}
{{- $host := regexReplaceAll "^[a-z+]+://" . "" | splitList "/" | first -}}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" -}}
{{- default (ternary "443" "80" (hasPrefix "https://" .)) $port -}}
{{- end -}}

{{/* The ports that models are reached at, by commas. */}}
{{- define "testdata.modelPorts" -}}
{{- $ports := list -}}
{{- if .Values.claude.enabled -}}
{{- $ports = append $ports (include "testdata.portOf" (default "https://claude" .Values.claude.baseUrl)) -}}
{{- end -}}
{{- if .Values.vllm.url -}}
{{- $ports = append $ports (include "testdata.portOf" .Values.vllm.url) -}}
{{- end -}}
{{ $ports | uniq | join "," }}
{{- end -}}

{{/* The ports of Weaviate, by commas. */}}
{{- define "testdata.weaviatePorts" -}}
{{- $grpc := .Values.weaviate.grpcUrl -}}
{{ list (include "testdata.portOf" .Values.weaviate.url) (ternary (include "testdata.portOf" $grpc) "50051" (ne $grpc "")) | uniq | join "," }}
{{- end -}}

{{/* Whether spans are sent: "true" or nothing. */}}
{{- define "testdata.traces" -}}
{{- if eq (toString .Values.settings.TRACING_ENABLED) "true" -}}true{{- end -}}
{{- end -}}

{{/* One rule. Takes: direction ("to" or "from"), peers, ports (a list); no peers: anywhere. */}}
{{- define "testdata.networkRule" -}}
- ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . | int }}}
    {{- end }}
  {{- with .peers }}
  {{ $.direction }}: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The way to one store. Takes: own (ports and to); ports: those that count where it names none, by commas. */}}
{{- define "testdata.wayTo" -}}
{{- $ports := .own.ports -}}
{{- if not $ports -}}
{{- $ports = splitList "," .ports -}}
{{- end -}}
{{ include "testdata.networkRule" (dict "direction" "to" "peers" .own.to "ports" $ports) }}
{{- end -}}

{{- define "testdata.wayToNames" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
  {{- with .Values.networkPolicy.dns }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "testdata.wayToTraces" -}}
{{- if include "testdata.traces" . -}}
{{- $url := default "http://localhost:4317" .Values.settings.OTLP_ENDPOINT -}}
{{ include "testdata.wayTo" (dict "own" .Values.networkPolicy.tracing "ports" (include "testdata.portOf" $url)) }}
{{- end -}}
{{- end -}}

{{/* The pods of one part, as a peer. Takes: root, component. */}}
{{- define "testdata.peer" -}}
- podSelector:
    matchLabels: {{- include "testdata.selector" . | nindent 6 }}
{{- end -}}

{{/* The beginning of a policy. Takes: root, component. */}}
{{- define "testdata.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "testdata.fullname" .root }}-{{ .component }}
  labels: {{- include "testdata.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels: {{- include "testdata.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end -}}
