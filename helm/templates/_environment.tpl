{{/* The name of the Secret of one concern. Takes: root, own (existingSecret and key). */}}
{{- define "testdata.secretName" -}}
{{ default .root.Values.existingSecret .own.existingSecret }}
{{- end -}}

{{/* A variable out of a Secret. Takes: root, own, variable. */}}
{{- define "testdata.secretVariable" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "testdata.secretName" . }}
      key: {{ .own.key }}
{{- end -}}

{{/* Where jobs are kept, as far as it is named. */}}
{{- define "testdata.storeVariables" -}}
{{- if include "testdata.secretName" (dict "root" . "own" .Values.redis) }}
{{ include "testdata.secretVariable" (dict "root" . "own" .Values.redis "variable" "REDIS_URL") }}
{{- end }}
{{- if include "testdata.secretName" (dict "root" . "own" .Values.database) }}
{{ include "testdata.secretVariable" (dict "root" . "own" .Values.database "variable" "DATABASE_URL") }}
{{- end }}
{{- end -}}

{{/* The models. Workers call them; the gateway says whether there is one. */}}
{{- define "testdata.modelVariables" -}}
{{- if .Values.claude.enabled }}
{{ include "testdata.secretVariable" (dict "root" . "own" .Values.claude "variable" "ANTHROPIC_API_KEY") }}
{{- with .Values.claude.baseUrl }}
- name: ANTHROPIC_BASE_URL
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if .Values.vllm.url }}
- name: VLLM_BASE_URL
  value: {{ .Values.vllm.url | quote }}
- name: VLLM_MODEL
  value: {{ .Values.vllm.model | quote }}
{{- if .Values.vllm.auth.enabled }}
{{ include "testdata.secretVariable" (dict "root" . "own" .Values.vllm.auth "variable" "VLLM_API_KEY") }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "testdata.weaviateVariables" -}}
{{- if .Values.weaviate.url }}
- name: WEAVIATE_URL
  value: {{ .Values.weaviate.url | quote }}
{{- with .Values.weaviate.grpcUrl }}
- name: WEAVIATE_GRPC_URL
  value: {{ . | quote }}
{{- end }}
{{- if .Values.weaviate.auth.enabled }}
{{ include "testdata.secretVariable" (dict "root" . "own" .Values.weaviate.auth "variable" "WEAVIATE_API_KEY") }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The files of TLS and of callers' keys: folders are mounted whole, so that what changes in a Secret arrives. */}}
{{- define "testdata.fileVariables" -}}
{{- if .Values.tls.enabled }}
- name: TLS_CERT_FILE
  value: /etc/testdata/tls/tls.crt
- name: TLS_KEY_FILE
  value: /etc/testdata/tls/tls.key
{{- if .Values.tls.clientCa.enabled }}
- name: TLS_CLIENT_CA_FILE
  value: /etc/testdata/client-ca/ca.crt
{{- end }}
{{- end }}
{{- if .Values.apiKeys.enabled }}
- name: API_KEYS_FILE
  value: /etc/testdata/keys/api-keys.yaml
{{- end }}
{{- end -}}

{{- define "testdata.fileMounts" -}}
{{- if .Values.tls.enabled }}
- name: tls
  mountPath: /etc/testdata/tls
  readOnly: true
{{- if .Values.tls.clientCa.enabled }}
- name: client-ca
  mountPath: /etc/testdata/client-ca
  readOnly: true
{{- end }}
{{- end }}
{{- if .Values.apiKeys.enabled }}
- name: api-keys
  mountPath: /etc/testdata/keys
  readOnly: true
{{- end }}
{{- end -}}

{{- define "testdata.fileVolumes" -}}
{{- if .Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "testdata.secretName" (dict "root" . "own" .Values.tls) }}
    defaultMode: 0440
    items:
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
{{- if .Values.tls.clientCa.enabled }}
- name: client-ca
  secret:
    secretName: {{ default (include "testdata.secretName" (dict "root" . "own" .Values.tls)) .Values.tls.clientCa.existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ .Values.tls.clientCa.key }}, path: ca.crt}
{{- end }}
{{- end }}
{{- if .Values.apiKeys.enabled }}
- name: api-keys
  secret:
    secretName: {{ include "testdata.secretName" (dict "root" . "own" .Values.apiKeys) }}
    defaultMode: 0440
    items:
      - {key: {{ .Values.apiKeys.key }}, path: api-keys.yaml}
{{- end }}
{{- end -}}

{{/* A number or a word as an environment has it: whole numbers without an exponent. */}}
{{- define "testdata.settingText" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{ printf "%.0f" . }}
{{- else -}}
{{ . }}
{{- end -}}
{{- end -}}
