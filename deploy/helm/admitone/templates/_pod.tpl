{{- define "admitone.labels" -}}
app.kubernetes.io/name: admitone
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "admitone.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* The strictest pod security standard ("restricted"). */ -}}
{{- define "admitone.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- end }}

{{- define "admitone.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "admitone.env" -}}
envFrom:
  - secretRef: {name: {{ .Values.settings.existingSecret | quote }}}
env:
  - {name: ADMITONE_PUBLIC_URL, value: {{ .Values.publicUrl | quote }}}
  - {name: ADMITONE_TRUSTED_PROXIES, value: {{ join "," .Values.trustedProxies | quote }}}
{{- with .Values.search.url }}
  - {name: ADMITONE_SEARCH_URL, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := .Values.settings.env }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- /* The volumes of a role: /tmp, and the index where the role reads it. */ -}}
{{- define "admitone.volumes" -}}
volumes:
  - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 256Mi}}
{{- if .index }}
  - {name: index, persistentVolumeClaim: {claimName: {{ .root.Values.search.index.existingClaim | quote }}}}
{{- end }}
{{- end }}

{{- /* Replicas on different hosts where there are several. */ -}}
{{- define "admitone.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "admitone.labels" . | fromYaml | toJson }}}
{{- end }}
