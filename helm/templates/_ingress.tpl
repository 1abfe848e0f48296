{{/* An Ingress. Takes: root, component, own (the part's `ingress`), path, port. */}}
{{- define "testdata.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "testdata.fullname" .root }}-{{ .component }}
  labels: {{- include "testdata.labels" . | nindent 4 }}
  {{- with .own.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .own.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .own.tls }}
  tls: {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range .own.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          - path: {{ $.path }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "testdata.fullname" $.root }}-{{ $.component }}
                port: {name: {{ $.port }}}
    {{- end }}
{{- end -}}
