/** Every verb of the command line, in runs that end well, are refused, fail and are killed, over a world with planted secrets. */
import { join } from 'node:path'
import { planted, type PlantedName, type PlantedWorld } from './planted-world.ts'

export interface Step {
  readonly args: readonly string[]
  readonly env?: Record<string, string>
  readonly stdin?: string
  /** Killed when this is said on standard error. */
  readonly kill?: RegExp
  /** Asked for by PINTLE_SWEEP_ALL alone: the same code as another step, by another door. */
  readonly more?: boolean
}

/** What a verb may print on standard output, because it is what it is for: as Helm does, or as its name says. */
export const mayPrint: readonly (readonly [verb: RegExp, names: readonly PlantedName[], why: string])[] = [
  [/^template /, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'prints what is rendered, as Helm does'],
  [/^(install|upgrade) .*--(dry-run|debug)/, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'prints what is rendered, with --debug the values too, as Helm does'],
  [/^status .*-o json/, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'prints the record, as Helm does'],
  [/^get /, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'prints the record, as Helm does'],
  [/^diff /, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'masks Secrets, as helm-diff does'],
  [/^secrets (decrypt|view) /, ['sops', 'set', 'setString', 'values'], 'is asked for it'],
  [/^secrets git-driver /, ['sops', 'values'], 'prints what a file holds, for git diff'],
  [/^kustomize build overlay$/, ['values'], 'prints what it builds, as kustomize does'],
  [/^kustomize post-renderer /, ['values'], 'prints what it builds, as kustomize does'],
  [/^helmfile .* template$/, ['set', 'values', 'chart', 'sops'], 'prints what is rendered, as helmfile does'],
  [/^helmfile .* (diff|apply)\b/, ['set', 'values', 'chart', 'sops'], 'masks Secrets, as helm-diff does'],
  [/^helmfile .* build$/, ['set'], 'prints the state file, as helmfile does'],
]

/** What a verb may say on standard error. */
export const mayTell: readonly (readonly [verb: RegExp, names: readonly PlantedName[], why: string])[] = [
  [/^helmfile .* (template|sync|apply --debug)$/, ['set'], "repeats Helm's error, and with --debug its arguments, with values that stand in the state file, as helmfile does; what was decrypted it hides"],
]

/** What of the home and the project may hold: the stores of credentials, and what a chart's author wrote. */
export const mayKeep: readonly (readonly [file: RegExp, names: readonly PlantedName[], why: string])[] = [
  [/^home\/config\/helm\/repositories\.yaml$/, ['repoUrl', 'repoFlag'], "Helm's store of repositories, mode 0600"],
  [/^home\/config\/helm\/registry\/config\.json$/, ['registry'], "Helm's store of credentials, mode 0600"],
  [/^project\/.*\.tgz$/, ['chart'], 'a packed chart is the chart'],
  [/^project\/out\/.*\.yaml$/, ['set', 'setString', 'setFile', 'setJson', 'setLiteral', 'values', 'chart', 'sops'], 'template --output-dir writes what is rendered'],
  [/^project\/packed\/index\.yaml$/, ['repoUrl'], 'repo index writes the address it is given'],
  [/^project\/helmfile[^/]*\/h\.yaml$/, ['set', 'values', 'sops'], 'helmfile write-values writes them'],
  [/^project\/own\.yaml\.dec$/, ['sops', 'set', 'setString', 'values'], 'secrets dec writes it'],
  [/^project\/decrypted\.yaml$/, ['sops'], 'secrets decrypt --output writes it'],
]

/** A value each way, under the name of a secret. */
export const valueFlags: readonly string[] = [
  '--set', `auth.password=${planted.set}`, '--set-string', `auth.token=${planted.setString}`, '--set-file', 'auth.secret=token.txt', '--set-json', `auth.apiKey=${JSON.stringify(planted.setJson)}`, '--set-literal', `auth.extraPassword=${planted.setLiteral}`,
  '-f', 'values.yaml', '-f', 'secrets.yaml',
]

/** In the order they are run in. `$PLAN` is a plan's digest of the step before. */
export function steps({ url, root }: Pick<PlantedWorld, 'url' | 'root'>): Step[] {
  const step = (line: string, more: Omit<Step, 'args'> & { values?: boolean; also?: readonly string[] } = {}): Step => {
    const { values = false, also = [], ...rest } = more
    return { args: [...line.split(' '), ...(values ? valueFlags : []), ...also], ...rest }
  }
  const withUser = (password: string, path: string): string => `${url.replace('://', `://u:${password}@`)}${path}`
  const oci = url.replace('http://', '')
  const careless = ['--override', 'inputs/plaintext-secrets=swept', '--override', 'inputs/literal-secrets=swept']
  const bad = { KUBECONFIG: join(root, 'bad-kubeconfig') }
  const prod = '-n prod --create-namespace'
  const brokenCharts = ['fail', 'sops', 'include', 'tpl', 'yaml', 'number', 'field', 'object']

  const reading: Step[] = [
    step('template r ./web', { values: true }), step('template r ./web --output-dir out', { values: true }), step('template r ./web --debug', { values: true, more: true }), step('lint ./web', { values: true }), step('lint ./web --strict --with-subcharts', { values: true, more: true }),
    step('explain Secret/r:stringData.set r ./web', { values: true }), step('explain auth.password ./web', { values: true }), step('explain db.password ./web', { values: true, more: true }), step('types ./web', { values: false }), step('sbom ./web', { values: true }), step('show all ./web'),
    step('show chart ./web', { more: true }), step('show crds ./web', { more: true }), step('show readme ./web', { more: true }), step('show values ./web', { more: true }), step('package ./web -d packed'), step('create fresh', { more: true }), step('verify packed/web-1.0.0.tgz', { more: true }),
    step('secrets scan .'), step('secrets scan ./web', { values: true }), step('secrets scan . -o json', { more: true }), step('secrets scan . -o sarif', { more: true }), step('secrets decrypt secrets.yaml'), step('secrets view secrets.yaml', { more: true }), step('secrets decrypt secrets.yaml --output decrypted.yaml', { more: true }), step('secrets decrypt values.yaml'),
    step('policy check ./web', { values: true }), step('policy check ./web -o json', { values: true, more: true }), step('policy check -e prod --live'), step('policy rules', { more: true }), step('policy explain inputs/plaintext-secrets', { more: true }), step('pin --offline'), step('pin web ./web --offline', { values: true, more: true }),
    step('diff upgrade r ./web --allow-unreleased -n prod', { values: true }), step('diff local ./web ./bad', { values: true, more: true }), step('diff version', { more: true }), step('env'), step('version', { more: true }), step('completion bash', { more: true }), step('completion zsh', { more: true }), step('completion fish', { more: true }), step('completion powershell', { more: true }),
    step('__complete upgrade r ./web --set auth.', { more: true }), step('gitops argocd web ./web --repo-url https://git.example.com/x', { values: true }), step('gitops flux web ./web --repo-url https://git.example.com/x', { also: ['-f', 'values.yaml', '--set', `auth.password=${planted.set}`] }), step('gitops argocd web ./bad --revision main --repo-url', { also: [withUser(planted.repoUrl, '/x.git')] }), step('gitops flux web ./bad --revision main --repo-url', { also: [withUser(planted.repoUrl, '/x.git')], more: true }), step('gitops flux web -e prod --repo-url https://git.example.com/x', { more: true }), step(`gitops commit web --branch main --digest sha256:${'0'.repeat(64)}`, { more: true }),
  ]
  const secretFiles: Step[] = [
    step('secrets encrypt values.yaml'), step('secrets encrypt broken.yaml', { more: true }), step('secrets encrypt secrets.yaml', { more: true }), step('secrets filestatus own.yaml'), step('secrets set own.yaml ["db"]["extra"]', { also: [JSON.stringify(planted.set)] }),
    step('secrets set own.yaml ["db"]["extra"]', { also: [`"${planted.unreadJson}`] }), step('secrets set own.yaml', { also: [`["db"${planted.unread}`, '1'], more: true }), step('secrets set --value-stdin own.yaml ["db"]["more"]', { stdin: JSON.stringify(planted.setString), more: true }), step('secrets edit own.yaml'), step('secrets unset own.yaml ["db"]["port"]'),
    step('secrets check --all'), step('secrets git-driver secrets.yaml'), step('secrets git-driver broken.yaml', { more: true }), step('secrets git-driver install secrets.yaml', { more: true }), step('secrets scan --git', { more: true }), step('secrets rotate own.yaml'), step('secrets rotate --in-place own.yaml', { more: true }), step('secrets updatekeys --yes own.yaml'), step('secrets dec own.yaml'), step('secrets enc plain.yaml'), step('secrets decrypt own.yaml', { env: { SOPS_AGE_KEY: '' }, more: true }),
  ]
  const kustomizations: Step[] = [
    step('kustomize build overlay'), step('kustomize build overlay-broken'), step('kustomize post-renderer overlay', { stdin: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: ${planted.unread}: x}\n`, more: true }),
  ]
  const helmfileReleases: Step[] = [
    ...['diff', 'apply', 'sync --set image=example.com/web:2', 'status', 'test', 'diff --set auth.token=x'].map((verb) => step(`helmfile -f helmfile.yaml ${verb}`, { more: /sync|test|--set/.test(verb) })), step('helmfile -f helmfile.yaml apply --set image=example.com/does-not-exist:3 --args --wait', { more: true }),
    step('helmfile -f helmfile.sops.yaml apply'), step('helmfile -f helmfile.broken.yaml sync', { more: true }), step('helmfile -f helmfile.yaml apply --debug', { more: true }), step('helmfile -f helmfile.yaml destroy'),
  ]
  const helmfiles: Step[] = ['list', 'build', 'show-dag', 'print-env', 'lint', 'template', 'write-values', 'deps'].flatMap((verb) => [step(`helmfile -f helmfile.yaml ${verb}`, { more: !/list|lint|template/.test(verb) }), step(`helmfile -f helmfile.broken.yaml ${verb}`, { more: verb !== 'template' }), step(`helmfile -f helmfile.sops.yaml ${verb}`, { more: verb !== 'template' })])
  const unread: Step[] = ['template r ./web', 'lint ./web', 'plan web ./web -n prod', 'upgrade web ./web -n prod'].flatMap((line, i) => [
    step(line, { also: ['--set', `auth.password=a,${planted.unread}`], more: i > 1 }), step(line, { also: ['--set-json', `auth.password="${planted.unreadJson}`], more: i > 0 }), step(line, { also: ['--set-json', `{"auth": {"password": ${planted.unreadJson}}`], more: i > 0 }),
    step(line, { also: ['--set-string', planted.unread], more: true }), step(line, { also: ['--set-literal', planted.unread], more: true }), step(line, { also: ['-f', 'broken.yaml'], more: i > 0 }), step(line, { also: ['--set', `auth[${planted.unread}]=1`], more: true }),
    step(line, { also: ['-f', '-'], stdin: `extra: {password: ${planted.values}\n`, more: true }),
  ])
  const breaking: Step[] = [...brokenCharts.map((name) => `broken-${name}`), 'schema', 'depends'].flatMap((chart) => [
    step(`template r ./${chart}`, { values: true }), step(`lint ./${chart}`, { values: true, more: true }), step(`plan web ./${chart} -n prod`, { values: true, also: careless, more: !/fail|tpl|schema/.test(chart) }), step(`upgrade --install x ./${chart} -n prod --debug`, { values: true, more: !/object|include/.test(chart) }),
    step(`doctor web ./${chart} -n prod`, { values: true, more: true }), step(`policy check ./${chart}`, { values: true, more: !/number|tpl/.test(chart) }), step(`diff upgrade x ./${chart} --allow-unreleased -n prod`, { values: true, more: true }), step(`explain auth.password ./${chart}`, { values: true, more: true }),
    step(`secrets scan ./${chart}`, { values: true, more: true }), step(`sbom ./${chart}`, { values: true, more: true }), step(`pin web ./${chart} --offline`, { values: true, more: true }), step(`gitops argocd web ./${chart} --repo-url https://git.example.com/x`, { values: true, more: true }),
  ])
  const releasing: Step[] = [
    step(`install r ./web ${prod} --wait`, { values: true }), step(`install s ./web ${prod} --dry-run=server`, { values: true }), step('list -n prod', { more: true }), step('list -A -o json', { more: true }), step('status r -n prod'), step('status r -n prod -o json', { more: true }), step('history r -n prod'), step('get all r -n prod', { more: true }),
    step('get hooks r -n prod', { more: true }), step('get manifest r -n prod', { more: true }), step('get metadata r -n prod'), step('get notes r -n prod', { more: true }), step('get values r -n prod'), step('test r -n prod --logs'),
    step('upgrade r ./web -n prod --wait --timeout 20s --fail-after image-pull=1s', { values: true, also: ['--set', 'image=example.com/does-not-exist:2'] }), step('upgrade r ./web -n prod --wait --timeout 20s --rollback-on-failure --progress json', { values: true, also: ['--set', 'image=example.com/crash:2'] }),
    step('upgrade r ./web -n prod', { values: true, also: ['--set', 'hook=fail'], more: true }), step('diff revision r 1 2 -n prod', { more: true }), step('diff rollback r 1 -n prod', { more: true }), step('diff release r r -n prod', { more: true }), step('rollback r 1 -n prod --wait --timeout 20s'), step('rollback r 77 -n prod', { more: true }),
    step('upgrade r ./web -n prod --wait', { values: true, also: ['--set', 'image=example.com/slow:3'], kill: /waiting on|hook pre-upgrade/, more: true }), step('repair r -n prod --dry-run', { more: true }), step('repair r -n prod --force'), step('upgrade r ./web -n prod', { values: true, also: ['--debug'] }),
  ]
  const planning: Step[] = [
    step(`plan web ./web ${prod} -o p.pintle --markdown p.md`, { values: true, also: careless }), step('plan web ./web -n prod --format json', { values: true, also: careless }), step('plan web ./web -n prod', { values: true }), step('approve keygen alice.key --no-passphrase'),
    step('apply p.pintle --check'), step('apply p.pintle'), step('approve p.pintle --key alice.key --as alice --digest $PLAN', { env: { PINTLE_OPERATOR: 'alice' } }), step('approve list p.pintle'), step('approve verify p.pintle', { more: true }), step('approve statement p.pintle --as bob', { more: true }), step('approve import-github p.pintle --key alice.key --run 1 --repository a/b', { also: ['--api-url', `${url}/github`] }),
    step('apply p.pintle --yes --stable-for 0s', { kill: /hook pre-\w+ .* started|waiting on|pre-install/ }), step('apply p.pintle --yes --stable-for 0s --progress json'), step('apply p.pintle --yes', { more: true }),
    step('plan -e prod -o q.pintle', { also: careless }), step('apply q.pintle --yes --stable-for 0s'), step('apply p.pintle --yes'), step('apply q.pintle --yes', { env: { PINTLE_PLAN_KEY: Buffer.alloc(32, 7).toString('base64') }, more: true }),
    step('release web -e prod --stable-for 0s', { also: ['--set', `auth.password=${planted.set}x`, ...careless] }), step('release web -e prod --stable-for 0s', { also: ['--set', `auth.password=${planted.set}x`, ...careless, '--approve-digest', '$DIGEST'] }),
    step('release web -e prod --stable-for 0s --fail-after image-pull=1s', { also: ['--set', 'image=example.com/does-not-exist:9', ...careless] }), step('release web -e prod --stable-for 0s --fail-after image-pull=1s', { also: ['--set', 'image=example.com/does-not-exist:9', ...careless, '--approve-digest', '$DIGEST'] }),
    step('doctor web -e prod'), step('doctor web ./web -n prod --role', { values: true, more: true }), step('doctor web ./web -n prod -o json', { values: true }), step('note'), step('note web -o json', { more: true }), step('evidence list'), step('evidence show'), step('evidence show -o json', { more: true }), step('evidence verify --cluster'), step('evidence export --to exported'), step('evidence push'),
    ...['list -A -o json', 'status web', 'promote web --full --reason x', 'pause web', 'resume web', 'abort web', 'evidence web', 'run web'].map((verb) => step(`rollout ${verb} -n prod`, { more: true })), step('rollout undo web -n prod --yes --stable-for 0s'), step('rollout status deploy/web -n prod', { more: true }),
    step('evidence reconcile -n prod'), step('evidence amend -m', { also: [`the password was ghp_${'Ab1'.repeat(12)}`] }), step('notify test web -e prod --page'), step('gate web 25 -e prod --error-rate-max 0.1 --canary web-canary', { env: { PROMETHEUS_URL: withUser(planted.metrics, `/?token=${planted.metrics}`) } }), step('gate web -e prod --error-rate-max 0.1 -o json --prometheus', { also: [withUser(planted.metrics, '/')], more: true }), step('uninstall web -n prod --wait'), step('uninstall nothing -n prod', { more: true }), step('sandbox status', { more: true }),
  ]
  const asking: Step[] = [
    step('list -n prod', { env: bad }), step('upgrade --install r ./web -n prod', { env: bad, values: true }), step('plan web ./web -n prod', { env: bad, values: true, also: careless, more: true }), step('doctor web ./web -n prod', { env: bad, values: true, more: true }), step('list', { env: { KUBECONFIG: join(root, 'broken-kubeconfig') } }),
    step('list -n prod --kube-token', { also: [planted.kubeFlag] }), step('list --debug -n prod --kube-token', { also: [planted.kubeFlag], env: bad, more: true }), step('env', { env: { HELM_KUBETOKEN: planted.kubeFlag } }),
    step('repo add one', { also: [withUser(planted.repoUrl, '/charts/')] }), step('repo add two', { also: [`${url}/charts/`, '--username', 'u', '--password', planted.repoFlag] }), step('repo list'), step('repo update'), step('repo remove one', { more: true }), step('repo index packed', { also: ['--url', withUser(planted.repoUrl, '/x')], more: true }),
    step('pull web', { also: ['--repo', withUser(planted.repoUrl, '/charts/')] }), step('template r web', { also: ['--repo', `${url}/charts/`, '--username', 'u', '--password', planted.repoFlag] }), step('pull', { also: [withUser(planted.repoUrl, '/charts/web-1.0.0.tgz')] }), step('show chart', { also: [withUser(planted.repoUrl, '/charts/web-1.0.0.tgz'), '--debug'], more: true }),
    step(`registry login ${oci} --plain-http -u u -p`, { also: [planted.registry] }), step(`registry login ${oci} --plain-http -u u --password-stdin`, { stdin: `${planted.registry}\n`, more: true }), step(`pull oci://${oci}/charts/web --version 1.0.0 --plain-http --username u --password`, { also: [planted.registry] }),
    step(`push packed/web-1.0.0.tgz oci://${oci}/charts --plain-http --username u --password`, { also: [planted.registry] }), step(`registry logout ${oci}`, { more: true }), step('search repo web', { more: true }), step('search hub web --endpoint', { also: [withUser(planted.repoUrl, '/charts')], more: true }),
    step('dependency list ./depends'), step('dependency update ./depends'), step('dependency build ./depends', { more: true }), step('template r ./web -f', { also: [withUser(planted.repoUrl, '/charts/v.yaml')] }), step('plan web ./web -n prod -f', { also: [withUser(planted.repoUrl, '/charts/v.yaml')], more: true }),
  ]
  return [...reading, ...secretFiles, ...kustomizations, ...helmfiles, ...helmfileReleases, ...unread, ...breaking, ...releasing, ...planning, ...asking]
}
