{{/* What all pods have in common, PodSecurity "restricted" included. Takes: root, component, own (the part's `pod`). */}}
{{- define "testdata.pod" -}}
{{- $pod := mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own) -}}
automountServiceAccountToken: false
# Variables that Kubernetes makes of Services, such as FLOWER_PORT, would be taken for settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- with .root.Values.securityContext.runAsUser }}
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $pod.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $pod.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Spreads the pods of a part over zones and nodes, those of each revision by themselves. Takes: root, component, own. */}}
{{- define "testdata.spread" -}}
{{- $pod := mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own) -}}
{{- if ne $pod.topologySpread "none" -}}
topologySpreadConstraints:
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $pod.topologySpread }}
    labelSelector:
      matchLabels: {{- include "testdata.selector" $ | nindent 8 }}
    {{- if semverCompare ">=1.27-0" $.root.Capabilities.KubeVersion.Version }}
    matchLabelKeys: [pod-template-hash]
    {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Labels and annotations of a part's pods. Takes: root, component, own; more: a map of further labels. */}}
{{- define "testdata.podMetadata" -}}
{{- $pod := mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own) -}}
{{- $more := merge (default dict .more) (default dict $pod.labels) -}}
labels: {{- include "testdata.labels" (dict "root" .root "component" .component "more" $more) | nindent 2 }}
annotations:
  # A change of settings rolls the pods.
  testdata/settings: {{ toYaml .root.Values.settings | sha256sum | trunc 16 | quote }}
  {{- with $pod.annotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* What a container may do: nothing but run. */}}
{{- define "testdata.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "testdata.settingsFrom" -}}
envFrom:
  - configMapRef:
      name: {{ include "testdata.fullname" . }}-settings
{{- end -}}

{{/* What the part's `pod` adds to a container or its pod. Take: root, own. */}}
{{- define "testdata.extraVariables" -}}
{{- with (mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own)).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "testdata.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- with (mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own)).extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "testdata.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .root.Values.tmpSize }}
{{- with (mergeOverwrite (deepCopy .root.Values.pod) (deepCopy .own)).extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* New pods come before old ones go. */}}
{{- define "testdata.rollout" -}}
revisionHistoryLimit: 3
strategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 25%
{{- end -}}

{{/* Waits until endpoints are gone. Takes: root, seconds. */}}
{{- define "testdata.preStop" -}}
preStop:
  {{- if semverCompare ">=1.30-0" .root.Capabilities.KubeVersion.Version }}
  sleep:
    seconds: {{ .seconds }}
  {{- else }}
  exec:
    command: [sleep, {{ .seconds | quote }}]
  {{- end }}
{{- end -}}
