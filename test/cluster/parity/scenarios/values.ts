import type { Scenario } from '../scenario.ts'

const print = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  values: {{ .Values | toJson | quote }}\n'
const charts = {
  one: { 'Chart.yaml': 'apiVersion: v2\nname: one\nversion: 1.0.0\n', 'values.yaml': 'a: 1\nlist: [1, 2]\nmap: {x: 1, y: 2}\nnothing: null\nsub: {on: true}\n', 'templates/cm.yaml': print },
  two: { 'Chart.yaml': 'apiVersion: v2\nname: one\nversion: 1.1.0\n', 'values.yaml': 'a: 2\nlist: [3]\nmap: {y: 3, z: 4}\nfresh: here\n', 'templates/cm.yaml': print },
  strict: { 'Chart.yaml': 'apiVersion: v2\nname: strict\nversion: 1.0.0\n', 'values.yaml': 'port: 80\n', 'values.schema.json': '{"type":"object","properties":{"port":{"type":"integer"}},"additionalProperties":false}', 'templates/cm.yaml': print },
  looks: {
    'Chart.yaml': 'apiVersion: v2\nname: looks\nversion: 1.0.0\n', 'values.yaml': '{}\n',
    'templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  before: {{ (lookup "v1" "ConfigMap" .Release.Namespace .Release.Name).data | toJson | quote }}\n  all: {{ range (lookup "v1" "Secret" .Release.Namespace "").items }}{{ if not (hasPrefix "sh.helm" .metadata.name) }}{{ .metadata.name }} {{ end }}{{ end }}\n' +
      '  host: {{ getHostByName "localhost" | quote }}\n  has: "{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }} {{ .Capabilities.KubeVersion.Major }}"\n',
    'templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData: {once: {{ dig "data" "once" ("first" | b64enc) (lookup "v1" "Secret" .Release.Namespace .Release.Name) | b64dec }}}\n',
  },
  'v.yaml': 'map: {x: null, w: file}\nlist: []\n',
  'more.yaml': 'a: from more\nsub: null\n',
}

/** Where values come from, and what upgrades make of those of the last revision. */
export const values: readonly Scenario[] = [
  { name: 'values kept, reset and reused', charts, steps: 'install rel one --set b=1,map.x=9\nupgrade rel two\nupgrade rel two --set c=2\nupgrade rel two --reuse-values --set d=3\nupgrade rel one --reuse-values\nupgrade rel two --reset-then-reuse-values --set e=4\nupgrade rel two --reset-values\nupgrade rel one --reset-values --reuse-values --set f=5\n= get values rel --all\n= get values rel --revision 4 -o json\nrollback rel 4\nupgrade rel two --reuse-values' },
  {
    name: 'nulls and lists', charts, steps: `
      install rel one -f v.yaml --set-json list=[1,{"k":null}]
      upgrade rel one --reuse-values -f more.yaml
      ≠ nulls given with \`--reuse-values\`: Secret/sh.helm.release.v1.rel.v1 record config sub: null → nothing
      upgrade rel two --reuse-values --set map.y=null
      ≠ nulls given with \`--reuse-values\`: Secret/sh.helm.release.v1.rel.v2 record config map y: null → nothing
      upgrade rel two --reset-then-reuse-values --set list[0]=x
      upgrade rel one --set a=null,list=null
      upgrade rel one --reuse-values --set-string a=5
      = get values rel
      = get values rel -a`,
  },
  { name: 'schemas', charts, steps: 'install rel strict --set port=x\ninstall rel strict --set port=x --skip-schema-validation\nupgrade rel strict\nupgrade rel strict --reset-values\nupgrade rel strict --set other=1\nupgrade rel strict --reuse-values --set other=1 --skip-schema-validation' },
  { name: 'lookups and names', charts, steps: 'install rel looks --enable-dns\nupgrade rel looks\nupgrade rel looks --enable-dns --set a=b\nupgrade rel looks --dry-run=server\nupgrade rel looks --dry-run=client\nrollback rel 1' },
  { name: 'spellings of Helm 3', charts, steps: 'install rel one --atomic --timeout 20s\nupgrade rel two --force --server-side=false\nupgrade rel two --atomic --cleanup-on-fail --timeout 20s\ninstall other one --dry-run\nupgrade rel one --dry-run=true\nupgrade rel one --dry-run=false\nrollback rel --force\nrollback rel --recreate-pods\ndelete rel --purge\nuninstall rel' },
]
