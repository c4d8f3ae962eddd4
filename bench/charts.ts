import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ChartSet {
  /** Folders that Helm renders with default values. */
  readonly all: readonly string[]
  /** The generated umbrella chart that calls `tpl` all over. */
  readonly tplHeavy: string
}

/** The charts to measure: those below the folders (or the examples), as far as Helm renders them, and the tpl-heavy one. */
export async function chartSet(folders: readonly string[], helm: string): Promise<ChartSet> {
  const roots = folders.length > 0 ? folders : [resolve(import.meta.dirname, '../examples')]
  const found = roots.flatMap((r) => find(resolve(r)))
  const all = found.filter((chart) => spawnSync(helm, ['template', 'release-name', chart], { stdio: 'ignore' }).status === 0)
  return { all, tplHeavy: tplHeavyChart() }
}

function find(root: string): string[] {
  if (existsSync(join(root, 'Chart.yaml'))) return [root]
  return readdirSync(root).sort().flatMap((name) => {
    const path = join(root, name)
    return name !== '.git' && statSync(path, { throwIfNoEntry: false })?.isDirectory() ? find(path) : []
  })
}

/** Twelve subcharts in the style of common-library charts: every name, label and block goes through tpl with values of the parent. */
function tplHeavyChart(): string {
  const root = join(mkdtempSync(join(tmpdir(), 'pintle-bench-')), 'umbrella')
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('Chart.yaml', 'apiVersion: v2\nname: umbrella\nversion: 1.0.0\n')
  write('values.yaml', 'global:\n  domain: example.com\n  registry: "registry.{{ .Values.global.domain }}"\n')
  for (let i = 0; i < 12; i++) {
    const name = `svc${i}`
    write(`charts/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`)
    write(`charts/${name}/values.yaml`, [
      'image: "{{ .Values.global.registry }}/{{ .Chart.Name }}:{{ .Chart.Version }}"',
      'labels:\n  app: "{{ .Chart.Name }}"\n  release: "{{ .Release.Name }}"\n  tier: backend',
      'annotations:', ...Array.from({ length: 12 }, (_, k) => `  note${k}: "{{ .Release.Name }}-{{ .Chart.Name | upper }}-${k}"`),
      'env:', ...Array.from({ length: 25 }, (_, k) => `  VAR_${k}: "{{ .Release.Namespace }}/{{ .Chart.Name }}/${k}"`), '',
    ].join('\n'))
    write(`charts/${name}/templates/_helpers.tpl`, [
      `{{- define "${name}.render" -}}{{- if typeIs "string" .value }}{{- tpl .value .context }}{{- else }}{{- tpl (.value | toYaml) .context }}{{- end }}{{- end -}}`,
      `{{- define "${name}.labels" -}}{{ include "${name}.render" (dict "value" .Values.labels "context" .) }}{{- end -}}`,
    ].join('\n'))
    for (const kind of ['Deployment', 'Service', 'ConfigMap']) {
      write(`charts/${name}/templates/${kind.toLowerCase()}.yaml`, [
        'apiVersion: v1', `kind: ${kind}`, 'metadata:', `  name: {{ tpl "{{ .Release.Name }}-{{ .Chart.Name }}" . }}`, `  labels: {{- include "${name}.labels" . | nindent 4 }}`,
        `  annotations: {{- include "${name}.render" (dict "value" .Values.annotations "context" $) | nindent 4 }}`, 'data:', '  {{- range $k, $v := .Values.env }}',
        `  {{ $k }}: {{ include "${name}.render" (dict "value" $v "context" $) | quote }}`, '  {{- end }}', '  image: {{ tpl .Values.image . | quote }}', '',
      ].join('\n'))
    }
  }
  return root
}
