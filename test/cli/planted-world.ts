/** A home, a project, a cluster and servers with secrets planted wherever a person puts some, for a sweep over every verb of the command line. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import vectors from '../../src/charts/secrets/vectors/sops.json' with { type: 'json' }
import { startSandbox, type Sandbox } from '../../src/cluster/sandbox/index.ts'
import { filesBelow, type Kept } from './planted-search.ts'
import { folder } from './run-cli.ts'

/** By where it was planted. Those of `sops` are what the vectors encrypt. */
export const planted = {
  set: 'pLnt-set-Aq1!x', setString: 'pLnt-string-Bw2', setFile: 'pLnt-file-Ce3', setJson: 'pLnt-json-Dr4"q', setLiteral: 'pLnt-literal-Et5', unread: 'pLnt-unread-Fy6', unreadJson: 'pLnt-unjson-Gu7',
  values: 'pLnt-values-Hi8', chart: 'pLnt-chart-Jo9', sops: 'first-secret',
  kubeToken: 'pLnt-kubetoken-Kp0', kubeFlag: 'pLnt-kubeflag-La1', kubePassword: 'pLnt-kubepass-Ms2',
  repoUrl: 'pLnt-repourl-Nd3', repoFlag: 'pLnt-repoflag-Of4', registry: 'pLnt-registry-Pg5', dependency: 'pLnt-dependency-Qh6',
  webhook: 'pLnt-webhook-Rj7', webhookSecret: 'pLnt-hooksecret-Sk8', slack: 'pLnt-slack-Tl9', events: 'pLnt-events-Uz0', eventToken: 'pLnt-evtoken-Vx1', smoke: 'pLnt-smoke-Wc2', pager: 'pLnt-pager-Xv3', github: 'pLnt-github-Yb4', metrics: 'pLnt-metrics-Zf6',
} as const
export type PlantedName = keyof typeof planted

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function chartFiles(name: string, more: Record<string, string> = {}): Record<string, string> {
  const files: Record<string, string> = {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    'values.yaml': 'image: example.com/web:1\nauth: { password: "", token: "", secret: "", apiKey: "" }\ndb: { password: "" }\nextra: { password: "" }\n',
    'templates/secret.yaml': [
      'apiVersion: v1', 'kind: Secret', 'metadata: { name: "{{ .Release.Name }}" }', 'stringData:', `  chart: ${planted.chart}`, '  set: {{ .Values.auth.password | quote }}', '  string: {{ .Values.auth.token | quote }}', '  file: {{ .Values.auth.secret | quote }}',
      '  json: {{ .Values.auth.apiKey | quote }}', '  sops: {{ .Values.db.password | quote }}', '  values: {{ .Values.extra.password | quote }}', '',
    ].join('\n'),
    'templates/copies.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-copies", annotations: { note: "has ${planted.chart} in it" } }\ndata: { wrapped: {{ printf "u:%s" .Values.auth.password | b64enc | quote }}, url: {{ printf "https://u:%s@db/x" .Values.extra.password | quote }} }\n`,
    'templates/app.yaml': [
      'apiVersion: apps/v1', 'kind: Deployment', 'metadata: { name: "{{ .Release.Name }}" }', 'spec:', '  selector: { matchLabels: { app: "{{ .Release.Name }}" } }', '  template:', '    metadata: { labels: { app: "{{ .Release.Name }}" } }', '    spec:', '      containers:', '        - name: web',
      '          image: {{ .Values.image }}', '          args: [{{ printf "--password=%s" .Values.auth.password | quote }}]', '          env: [{ name: DB_PASSWORD, value: {{ .Values.db.password | quote }} }, { name: API_TOKEN, value: {{ .Values.auth.token | quote }} }]', '',
    ].join('\n'),
    'templates/hook.yaml': `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: "{{ .Release.Name }}-migrate"\n  annotations: { "helm.sh/hook": "pre-install,pre-upgrade,pre-rollback", "helm.sh/hook-output-log-policy": hook-succeeded }\nspec:\n  backoffLimit: 0\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{ name: m, image: "example.com/{{ .Values.hook | default "job" }}:1", args: ["--password=${planted.chart}"] }]\n`,
    'templates/test.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .Release.Name }}-test", annotations: { "helm.sh/hook": test } }\nspec: { restartPolicy: Never, containers: [{ name: t, image: "example.com/job:1", env: [{ name: TOKEN, value: ${planted.chart} }] }] }\n`,
    ...more,
  }
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${name}/${path}`, text]))
}

/** Templates that break on a value, each in a way that quotes it. */
const broken: Record<string, string> = {
  fail: '{{ fail (printf "no such password: %s" .Values.auth.password) }}',
  sops: '{{ fail (printf "no such password: %s" .Values.db.password) }}',
  include: '{{ include .Values.auth.password . }}',
  tpl: '{{ tpl (printf "{{ %s" .Values.auth.password) . }}',
  yaml: 'a: {{ .Values.auth.password }}: {{ .Values.auth.password }}: x\nb: [\n',
  number: '{{ .Values.auth.password | mustToDate "2006" }}{{ semver .Values.auth.password }}',
  field: '{{ .Values.auth.password.inner }}',
  object: 'apiVersion: v1\nkind: Service\nmetadata: { name: "{{ .Values.auth.password }}" }\nspec: { ports: [{ port: {{ .Values.auth.password | quote }} }] }\n',
}

export interface PlantedWorld {
  readonly root: string
  readonly project: string
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  readonly sandbox: Sandbox
  /** Everything that is kept by now, but what was planted itself. */
  kept(): Kept[]
  /** What is stored in the cluster, but Secrets: those are where secrets belong. */
  stored(): Kept[]
  stop(): Promise<void>
}

/** @param pintle the program that is swept: children it starts are told apart by the shims' log of arguments */
export async function plantedWorld(): Promise<PlantedWorld> {
  const server = hostileServer()
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `http://${host}`
  const sandbox = startSandbox({ token: planted.kubeToken })
  const { kubeconfig } = await sandbox.listen()
  const project = [
    'apiVersion: pintle.dev/v1', 'evidence:', '  sinks: [{ folder: archive }]', `  events: { file: events.jsonl, http: "${url}/events/${planted.events}", tokenEnv: EVENT_TOKEN }`, 'environments:', '  prod:', '    namespace: prod',
    '    policy: { rules: { inputs/plaintext-secrets: warn, inputs/literal-secrets: warn } }', 'services:', '  web:', '    chart: ./web', `    values: [values.yaml, secrets.yaml]`,
    `    smoke: [{ http: "${url.replace('://', `://u:${planted.smoke}@`)}/smoke?token=${planted.smoke}" }]`,
    `    notify: [{ webhook: "${url}/hook/${planted.webhook}?token=${planted.webhook}", secret: "\${HOOK_SECRET}" }, { slack: "#deploys", api: "${url}/slack/" }, { pagerduty: "\${PAGER}", api: "${url}/pager" }]`, '',
  ].join('\n')
  const inputs: Record<string, string> = {
    ...chartFiles('web'), ...chartFiles('bad'),
    ...Object.assign({}, ...Object.entries(broken).map(([name, text]) => chartFiles(`broken-${name}`, { 'templates/broken.yaml': text }))),
    ...chartFiles('schema', { 'values.schema.json': '{"properties": {"auth": {"properties": {"password": {"pattern": "^[0-9]*$", "maxLength": 3, "enum": ["a"]}}}}}' }),
    ...chartFiles('depends', { 'Chart.yaml': `apiVersion: v2\nname: depends\nversion: 1.0.0\ndependencies: [{ name: sub, version: 1.0.0, repository: "${url.replace('://', `://u:${planted.dependency}@`)}/none" }]\n` }),
    'project/values.yaml': `extra: { password: ${planted.values} }\n`,
    'project/broken.yaml': `extra:\n  password: ${planted.values}\n bad: [${planted.values}\n`,
    'project/secrets.yaml': vectors.files.yaml, 'project/own.yaml': vectors.files.yaml, 'project/.sops.yaml': `creation_rules: [{ age: ${recipient} }]\n`, 'project/overlay/kustomization.yaml': `secretGenerator: [{ name: s, literals: ["password=${planted.values}"] }]\n`, 'project/overlay-broken/kustomization.yaml': `secretGenerator: [{ name: s, literals: ["${planted.unread}"] }]\nbad: [${planted.unread}\n`,
    'project/plain.yaml': `extra: { password: ${planted.values} }\n`,
    'project/helmfile.yaml': 'releases:\n- name: h\n  namespace: helmfile\n  chart: ./web\n  values: [values.yaml]\n  secrets: [secrets.yaml]\n  set: [{ name: auth.password, value: ' + `${planted.set} }]\n`,
    'project/helmfile.sops.yaml': 'releases:\n- name: h\n  chart: ./broken-sops\n  secrets: [secrets.yaml]\n',
    'project/helmfile.broken.yaml': 'releases:\n- name: h\n  chart: ./broken-fail\n  set: [{ name: auth.password, value: ' + `${planted.set} }]\n`,
    'project/token.txt': planted.setFile,
    'project/pintle.yaml': project,
    'kubeconfig': kubeconfig,
    'bad-kubeconfig': ['apiVersion: v1', 'kind: Config', 'current-context: bad', 'clusters: [{ name: bad, cluster: { server: "https://127.0.0.1:1" } }]', 'contexts: [{ name: bad, context: { cluster: bad, user: bad } }]', `users: [{ name: bad, user: { username: u, password: ${planted.kubePassword} } }]`, ''].join('\n'),
    'broken-kubeconfig': `apiVersion: v1\nkind: Config\nusers: [{ name: a, user: { token: ${planted.kubePassword} }\n  clusters: ]\n`,
  }
  const dir = folder(inputs)
  const at = (...path: string[]): string => join(dir.path, ...path)
  for (const name of ['home', 'tmp', 'bin']) mkdirSync(at(name))
  // An editor that adds a value.
  writeFileSync(at('bin/editor'), `#!/bin/sh\nprintf 'edited: %s\\n' '${planted.values}' >> "$1"\n`)
  chmodSync(at('bin/editor'), 0o755)
  // What its children are started with is theirs to show in every list of processes.
  for (const name of ['git', 'gpg', 'cosign']) {
    writeFileSync(at('bin', name), `#!/bin/sh\nprintf '%s\\n' "$0 $*" >> '${at('children.log')}'\nPATH='${process.env.PATH}' exec ${name} "$@"\n`)
    chmodSync(at('bin', name), 0o755)
  }
  execFileSync('git', ['init', '--quiet', at('project')])
  execFileSync('git', ['-C', at('project'), 'add', '.'])
  const env: Record<string, string> = {
    HOME: at('home'), TMPDIR: at('tmp'), XDG_CONFIG_HOME: at('home/config'), XDG_CACHE_HOME: at('home/cache'), XDG_DATA_HOME: at('home/data'), PATH: `${at('bin')}:${process.env.PATH}`, KUBECONFIG: at('kubeconfig'), GIT_CEILING_DIRECTORIES: '/',
    SOPS_AGE_KEY: vectors.identities[0]!, PINTLE_PLAN_KEY: planKey, HOOK_SECRET: planted.webhookSecret, SLACK_BOT_TOKEN: planted.slack, EVENT_TOKEN: planted.eventToken, PAGER: planted.pager, GITHUB_TOKEN: planted.github, PINTLE_OPERATOR: 'ada', SOPS_EDITOR: at('bin/editor'), SOPS_AGE_RECIPIENTS: recipient,
  }
  return {
    root: dir.path, project: at('project'), env, url, sandbox,
    kept: () => filesBelow(dir.path).filter(([name, text]) => inputs[name] !== text && !name.startsWith('bin/') && !name.includes('/.git/')).map(([name, text]) => [name, unpacked(text)] as const),
    stored: () => sandbox.api.store.tables().filter((table) => table !== '/secrets').flatMap((table) => sandbox.api.store.list(table).filter(notRendered).map((object): Kept => [`${table} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, JSON.stringify(object)])),
    async stop() {
      server.closeAllConnections()
      server.close()
      await sandbox.close()
      if (existsSync(dir.path)) dir.remove()
    },
  }
}

/** Objects that hold what the chart put into them: there it was asked for. */
const notRendered = (object: Record<string, any>): boolean => object.metadata.labels?.['app.kubernetes.io/managed-by'] !== 'Helm' && !/^(Job|Pod|ReplicaSet|ControllerRevision)$/.test(object.kind)

const recipient = /recipient: (age1\S+)/.exec(vectors.files.yaml)![1]!

/** A plan's key, itself a secret. */
export const planKey = base64('pLnt-plankey-0123456789-abcdefgh')

/** Packed files are searched as they are and unpacked. */
function unpacked(text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return text
  try {
    return text + gunzipSync(bytes).toString('latin1')
  } catch {
    return text
  }
}

/** Repeats what it is sent, as servers do in their errors: the header with credentials, the address with tokens. */
function hostileServer(): Server {
  return createServer((request, response) => {
    const said = `${request.headers.authorization ?? ''} ${Buffer.from(String(request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()} ${request.url}`
    if (request.url?.startsWith('/smoke')) return void response.writeHead(200).end(said)
    response.writeHead(request.url?.includes('/charts/') ? 401 : 500, { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="x"' }).end(`refused: ${said}`)
  })
}

export const read = (path: string): string => readFileSync(path, 'latin1')
