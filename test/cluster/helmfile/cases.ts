import type { ClusterCase } from './case.ts'

const one = '--concurrency=1'
const release = (name: string, chart: string, more = ''): string => `- {name: ${name}, namespace: $NS, chart: ./charts/${chart}${more === '' ? '' : `, ${more}`}}\n`
const releases = (...all: string[]): Record<string, string> => ({ 'helmfile.yaml': `releases:\n${all.join('')}` })

/** Own helmfiles, each run by both programs from its first command line to its last. */
export const clusterCases: readonly ClusterCase[] = [
  {
    name: 'the whole life of releases', files: releases(release('web', 'web'), release('app', 'app', 'needs: [$NS/web]')),
    runs: [
      ['diff', one], ['diff', one, '--detailed-exitcode'], ['apply', one], ['apply', one], ['diff', one, '--detailed-exitcode'], ['status', one], ['list'], ['list', '--output', 'json'], ['sync', one], ['destroy', one], ['destroy', one], ['status', one],
    ],
  },
  { name: 'apply with --detailed-exitcode', files: releases(release('app', 'app')), runs: [['apply', one, '--detailed-exitcode'], ['apply', one, '--detailed-exitcode']] },
  { name: 'sync with --detailed-exitcode', files: releases(release('app', 'app')), runs: [['sync', one, '--detailed-exitcode'], ['sync', one, '--detailed-exitcode']] },
  {
    name: 'a change of values', files: releases(release('web', 'web', 'values: [v.yaml]'), release('app', 'app')),
    runs: [{ args: ['sync', one], files: { 'v.yaml': 'replicas: 1\n' } }, { args: ['diff', one, '--detailed-exitcode'], files: { 'v.yaml': 'replicas: 3\npassword: new\n' } }, ['apply', one], ['diff', one]],
  },
  {
    name: 'formats of differences', files: releases(release('web', 'web', 'values: [v.yaml]')),
    runs: [
      { args: ['sync', one], files: { 'v.yaml': 'replicas: 1\n' } }, { args: ['diff', one, '--context', '1'], files: { 'v.yaml': 'replicas: 3\npassword: new\ntag: "2"\n' } },
      ['diff', one, '--output', 'simple'], ['diff', one, '--output', 'json'], ['diff', one, '--suppress', 'Secret'], ['diff', one, '--suppress-secrets'], ['diff', one, '--show-secrets'],
      ['diff', one, '--suppress-output-line-regex', 'nginx'], ['diff', one, '--diff-args', '--output=simple --no-hooks'], ['diff', one, '--color'], ['diff', one, '--no-color'],
      ['diff', one, '--color', '--detailed-exitcode'], ['apply', one, '--suppress-diff'],
    ],
  },
  {
    name: 'installed: false', files: releases(release('app', 'app'), release('old', 'app')),
    runs: [
      ['sync', one], { args: ['diff', one, '--detailed-exitcode'], files: releases(release('app', 'app'), release('old', 'app', 'installed: false')) }, ['apply', one], ['apply', one], ['list'],
      { args: ['sync', one], files: releases(release('app', 'app', 'installed: false'), release('old', 'app', 'installed: false')) }, ['sync', one],
    ],
  },
  {
    name: 'needs: groups, and the reverse on the way out', files: releases(release('front', 'app', 'needs: [$NS/api, $NS/cache]'), release('api', 'app', 'needs: [$NS/db]'), release('cache', 'app'), release('db', 'app')),
    runs: [['sync', one], ['diff', one], ['destroy', one]],
  },
  {
    name: 'needs: what selectors leave', files: releases(release('front', 'app', 'needs: [$NS/api]'), release('api', 'app', 'needs: [$NS/db]'), release('db', 'app')),
    runs: [
      ['sync', one, '-l', 'name=front'], ['diff', one, '-l', 'name=front', '--include-needs'], ['apply', one, '-l', 'name=front', '--include-needs'], ['sync', one, '-l', 'name=front', '--include-transitive-needs'],
      ['sync', one, '-l', 'name=api', '--skip-needs=false'], ['diff', one, '-l', 'name=api', '--skip-needs=false'], ['destroy', one, '-l', 'name=db'], ['status', one, '-l', 'name=front'],
    ],
  },
  { name: 'needs: a name that is not there', files: releases(release('a', 'app', 'needs: [$NS/nothing]')), runs: [['sync', one], ['diff', one], ['destroy', one]] },
  { name: 'needs: of a release that is not to be installed', files: releases(release('a', 'app', 'needs: [$NS/b]'), release('b', 'app', 'installed: false')), runs: [['diff', one, '--enforce-needs-are-installed'], ['sync', one, '--enforce-needs-are-installed'], ['apply', one]] },
  { name: 'needs: by name alone', files: { 'helmfile.yaml': 'releases:\n- {name: a, chart: ./charts/app, needs: [b]}\n- {name: b, chart: ./charts/app, installed: false}\n' }, runs: [['diff', one, '--enforce-needs-are-installed']] },
  { name: 'selectors', files: releases(release('a', 'app', 'labels: {tier: x}'), release('b', 'app', 'labels: {tier: y}'), release('c', 'app')), runs: [['sync', one, '-l', 'tier=x'], ['sync', one, '-l', 'tier!=x,name!=c'], ['diff', one, '-l', 'tier=y', '-l', 'name=c'], ['list', '-l', 'tier=x'], ['sync', '-l', 'tier=z'], ['apply', '-l', 'tier=z', '--allow-no-matching-release'], ['destroy', one, '-l', 'tier=x']] },
  { name: 'two releases of one name', files: releases(release('a', 'app'), release('a', 'web')), runs: [['sync', one], ['diff', one]] },
  { name: 'a condition', files: { 'helmfile.yaml.gotmpl': `environments:\n  default: {values: [{on: {enabled: true}, off: {enabled: false}}]}\n---\nreleases:\n${release('a', 'app', 'condition: on.enabled')}${release('b', 'app', 'condition: off.enabled')}` }, runs: [['sync', one], ['list'], ['destroy', one]] },
  { name: 'a chart that cannot be rendered', files: releases(release('good', 'app'), release('bad', 'broken')), runs: [['diff', one], ['apply', one], ['sync', one], ['list']] },
  { name: 'an object that the server refuses', files: releases(release('good', 'app'), release('bad', 'refused', 'needs: [$NS/good]'), release('late', 'app', 'needs: [$NS/bad]')), runs: [['sync', one], ['status', one], ['destroy', one]] },
  { name: 'a chart that is not there', files: releases(release('a', 'nothing')), runs: [['sync', one], ['diff', one]] },
  { name: 'values that are not there', files: releases(release('a', 'app', 'values: [none.yaml]')), runs: [['sync', one], ['diff', one], ['apply', one]] },
  { name: '--values and --set of the command line', files: { ...releases(release('a', 'app')), 'more.yaml': 'mode: filed\n' }, runs: [['sync', one, '--values', 'more.yaml', '--set', 'size=7'], ['diff', one, '--set', 'mode=set'], ['apply', one, '--values', 'none.yaml'], ['sync', one, '--values', 'none.yaml'], ['apply', one, '--set', 'mode=x']] },
  {
    name: 'hooks around releases', files: releases(`- name: app
  namespace: $NS
  chart: ./charts/app
  hooks:
  - events: [prepare, preapply, presync, preuninstall, postuninstall, postsync, cleanup]
    showlogs: true
    command: echo
    args: ['{{ .Event.Name }}', '{{ .Release.Name }}', '{{ .HelmfileCommand }}', '{{ .Environment.Name }}', '{{ if .Event.Error }}failed{{ else }}fine{{ end }}']
`), runs: [['diff', one], ['apply', one], ['apply', one], ['sync', one], ['status', one], ['destroy', one], ['destroy', one]],
  },
  {
    name: 'hooks of the whole file', files: { 'helmfile.yaml': `hooks:\n- {name: all, events: [prepare, cleanup], showlogs: true, command: sh, args: ["-c", "echo '{{ .Event.Name }} {{ .HelmfileCommand }} {{ .Event.Error }}'"]}\nreleases:\n${release('app', 'app')}${release('bad', 'refused')}` },
    runs: [['sync', one, '-l', 'name=app'], ['diff', one, '-l', 'name=app'], ['sync', one, '-l', 'name=bad'], ['destroy', one]],
  },
  {
    name: 'hooks that fail', files: releases(`- name: a\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {name: no, events: [presync], command: sh, args: ["-c", "echo out; echo err >&2; exit 3"]}\n`, `- name: b\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {events: [postsync], command: nothing-of-that-name}\n`, `- name: c\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {events: [cleanup], command: "false"}\n`, `- name: d\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {events: [preapply], command: "false"}\n`),
    runs: [['sync', one, '-l', 'name=a'], ['sync', one, '-l', 'name=b'], ['sync', one, '-l', 'name=c'], ['apply', one, '-l', 'name=d'], ['apply', one, '-l', 'name=a'], ['diff', one, '-l', 'name=c']],
  },
  { name: 'hooks that are forbidden', env: { HELMFILE_DISABLE_HOOKS: 'true' }, files: releases(`- name: a\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {events: [presync], command: echo}\n`, release('b', 'app')), runs: [['sync', one], ['sync', one, '-l', 'name=b']] },
  { name: 'a hook template that fails', files: releases(`- name: a\n  namespace: $NS\n  chart: ./charts/app\n  hooks:\n  - {events: [presync], command: echo, args: ["{{ .Nothing }}"]}\n`), runs: [['sync', one]] },
  {
    name: 'environments', files: { 'helmfile.yaml.gotmpl': `environments:\n  dev: {values: [{mode: dev}]}\n  prod: {values: [{mode: prod}]}\n---\nreleases:\n- name: app\n  namespace: $NS\n  chart: ./charts/app\n  values: [{mode: "{{ .Values.mode }}", size: "{{ .Environment.Name }}"}]\n` },
    runs: [['apply', one, '-e', 'dev'], ['diff', one, '-e', 'prod', '--detailed-exitcode'], ['apply', one, '-e', 'prod'], ['sync', one, '-e', 'none'], ['destroy', one, '-e', 'dev']],
  },
  { name: 'a version of Kubernetes that the file names', files: { 'helmfile.yaml': `kubeVersion: 1.30.0\nreleases:\n${release('app', 'app')}` }, runs: [['diff', one], ['apply', one]] },
  { name: 'createNamespace', files: { 'helmfile.yaml': `helmDefaults: {createNamespace: false}\nreleases:\n${release('app', 'app')}` }, runs: [['sync', one], { args: ['sync', one], files: releases(release('app', 'app')) }] },
  { name: 'reuseValues', files: releases(release('app', 'app', 'values: [{mode: first}]')), runs: [['sync', one], { args: ['diff', one, '--reuse-values'], files: releases(release('app', 'app', 'values: [{size: 9}]')) }, ['apply', one, '--reuse-values'], ['diff', one, '--reset-values', '--reuse-values'], ['sync', one, '--reset-values']] },
  { name: 'helmDefaults of upgrades', files: { 'helmfile.yaml': `helmDefaults: {historyMax: 2, wait: true, timeout: 60, atomic: true, cleanupOnFail: true, syncReleaseLabels: true}\nreleases:\n${release('app', 'app', 'labels: {team: a}, description: why')}` }, runs: [['sync', one], ['sync', one], ['sync', one], ['sync', one, '--description', 'because']] },
  { name: 'settings that exclude each other', files: releases(release('app', 'app', 'force: true, forceConflicts: true')), runs: [['sync', one], { args: ['sync', one], files: releases(release('app', 'app', 'atomic: true, rollbackOnFailure: true')) }, { args: ['sync', one], files: releases(release('app', 'app', 'serverSide: maybe')) }] },
  { name: 'updateStrategy: reinstallIfForbidden', files: releases(release('app', 'fixed', 'updateStrategy: reinstallIfForbidden, values: [{mode: a}]')), runs: [['sync', one], { args: ['sync', one], files: releases(release('app', 'fixed', 'updateStrategy: reinstallIfForbidden, values: [{mode: b}]')) }] },
  { name: 'an update that is forbidden', files: releases(release('app', 'fixed', 'values: [{mode: a}]')), runs: [['sync', one], { args: ['apply', one], files: releases(release('app', 'fixed', 'values: [{mode: b}]')) }, ['status', one]] },
  { name: 'skip-diff-on-install', files: releases(release('a', 'app'), release('b', 'web')), runs: [['sync', one, '-l', 'name=a'], ['diff', one, '--skip-diff-on-install'], ['apply', one, '--skip-diff-on-install'], ['diff', one, '--skip-diff-validation-on-install']] },
  { name: 'disableValidation', files: releases(release('a', 'app', 'disableValidation: true'), release('b', 'app', 'disableValidationOnInstall: true'), release('c', 'app', 'disableOpenAPIValidation: false')), runs: [['diff', one], ['apply', one]] },
  { name: 'suppressDiff of a release', files: releases(release('a', 'app', 'suppressDiff: true'), release('b', 'app')), runs: [['diff', one], ['apply', one]] },
  { name: '-i: yes and no', files: releases(release('a', 'app')), runs: [{ args: ['apply', one, '-i'], stdin: 'n\n' }, { args: ['apply', one, '-i'], stdin: 'what\ny\n' }, { args: ['sync', one, '-i'], stdin: 'YES\n' }, { args: ['destroy', one, '-i'], stdin: 'n\n' }, { args: ['destroy', one, '-i'], stdin: 'y\n' }] },
  { name: 'tests of charts', files: releases(release('a', 'tested'), release('b', 'app')), runs: [['sync', one], ['test', one], ['test', one, '--logs', '--timeout', '30'], ['test', one, '-l', 'name=b', '--cleanup'], ['diff', one, '--include-tests']] },
  { name: 'status of what is not there', files: releases(release('a', 'app')), runs: [['status', one]] },
  { name: '--args and helmDefaults.args', files: { 'helmfile.yaml': `helmDefaults: {args: ["--burst-limit=200"]}\nreleases:\n${release('a', 'app')}` }, runs: [['sync', one, '--args', '--timeout 90s'], ['status', one], ['sync', one, '--args', '--no-such-flag']] },
  { name: 'sync-args and skip-crds', files: releases(release('a', 'app')), runs: [['sync', one, '--sync-args', '--dry-run=client'], ['apply', one, '--sync-args', '--description=argued', '--skip-crds'], ['sync', one, '--hide-notes']] },
  { name: 'sub-helmfiles', files: { 'helmfile.yaml': `helmfiles:\n- sub/helmfile.yaml\nreleases:\n${release('top', 'app')}`, 'sub/helmfile.yaml': 'releases:\n- {name: sub, namespace: $NS, chart: ../charts/app}\n' }, runs: [['sync', one], ['diff', one, '--detailed-exitcode'], ['list'], ['destroy', one]] },
  { name: 'helmfile.d, one after another', files: { 'helmfile.d/1.yaml': 'releases:\n- {name: one, namespace: $NS, chart: ../charts/app}\n', 'helmfile.d/2.yaml': 'releases:\n- {name: two, namespace: $NS, chart: ../charts/app}\n' }, runs: [['--sequential-helmfiles', 'sync', one], ['--sequential-helmfiles', 'destroy', one]] },
  { name: '--namespace', files: { 'helmfile.yaml': 'releases:\n- {name: a, chart: ./charts/app}\n- {name: b, chart: ./charts/app, needs: [a]}\n' }, runs: [['-n', '$NS', 'apply', one], ['-n', '$NS', 'status', one], ['-n', '$NS', 'destroy', one]] },
  { name: 'kube contexts', files: { 'helmfile.yaml': `helmDefaults: {kubeContext: admin}\nreleases:\n${release('a', 'app')}${release('b', 'app', 'kubeContext: nobody')}` }, runs: [['sync', one, '-l', 'name=a'], ['diff', one, '-l', 'name=b'], ['--kube-context', 'no-such', 'sync', one, '-l', 'name=a']] },
  { name: 'deleteWait and cascade', files: { 'helmfile.yaml': `helmDefaults: {deleteWait: true, deleteTimeout: 30}\nreleases:\n${release('a', 'app')}${release('b', 'app', 'deleteWait: false')}` }, runs: [['sync', one], ['destroy', one, '--cascade', 'orphan'], ['destroy', one, '--skip-charts']] },
  { name: 'many at once', files: releases(...Array.from({ length: 8 }, (_, i) => release(`r${i}`, 'app'))), runs: [{ args: ['apply'], unordered: true }, { args: ['diff', '--detailed-exitcode'], unordered: true }, { args: ['destroy'], unordered: true }] },
  { name: '--quiet and levels of the log', files: releases(release('a', 'app')), runs: [['-q', 'apply', one], ['--log-level', 'error', 'sync', one], ['--log-level', 'warn', 'destroy', one]] },
  { name: '--enable-live-output', files: releases(release('a', 'app'), release('bad', 'refused')), runs: [['--enable-live-output', 'sync', one, '-l', 'name=a'], ['--enable-live-output', 'sync', one, '-l', 'name=bad'], ['--enable-live-output', 'status', one, '-l', 'name=a']] },
  { name: 'track modes', files: releases(release('a', 'app', 'wait: true')), runs: [['sync', one, '--track-mode', 'helm-legacy'], ['sync', one, '--track-mode', 'helm'], ['sync', one, '--track-mode', 'other']] },
  { name: 'set and setString', files: releases(release('a', 'app', 'set: [{name: mode, value: a}], setString: [{name: size, value: "007"}]')), runs: [['apply', one], ['diff', one, '--detailed-exitcode']] },
  {
    name: 'the command lines of Helm',
    files: {
      'v.yaml': 'mode: filed\n', 'f.txt': 'text', 'helmfile.yaml': `environments:
  default: {values: [{p: q}]}
  other: {kubeContext: admin, values: [{p: r}]}
---
repositories:
- {name: repo, url: "http://127.0.0.1:1/x", skipTLSVerify: true, verify: true, keyring: /k}
apiVersions: [a/v1, b/v2]
helmDefaults:
  args: ["--burst-limit 150"]
  diffArgs: ["--find-renames 0.1"]
  syncArgs: ["--qps 70"]
  templateArgs: ["--dry-run=server"]
  timeout: 111
  historyMax: 7
  postRendererArgs: ['x-{{ .Release.Name }}']
  cascade: foreground
  suppressOutputLineRegex: [zz]
  deleteWait: true
  deleteTimeout: 44
  cleanupOnFail: true
  devel: true
  enableDNS: true
releases:
${release('r1', 'app')}${release('r2', 'app', 'wait: true, waitForJobs: true, timeout: 3, atomic: true, force: true, recreatePods: true')}${release('r3', 'app', 'devel: false, enableDNS: false, cleanupOnFail: false, createNamespace: false, historyMax: 0, reuseValues: true, description: a b c, verify: true, keyring: /own')}${release('r4', 'app', 'values: [v.yaml, {b: 2}], set: [{name: x, value: "1,2"}, {name: l, values: [a, b]}, {name: f, file: f.txt}], setString: [{name: s, value: "007"}], labels: {b: c, a: z}, syncReleaseLabels: true')}${release('r5', 'app', 'disableValidation: true, disableOpenAPIValidation: true, takeOwnership: true, serverSide: "false", skipSchemaValidation: true, insecureSkipTLSVerify: true, apiVersions: [c/v3], kubeVersion: 1.29.0')}${release('r6', 'app', 'kubeVersion: 1.29.0, disableAutoDetectedKubeVersionForDiff: true, plainHttp: true, suppressOutputLineRegex: [qq], postRendererArgs: [own], cascade: orphan, deleteWait: false')}${release('r7', 'app', 'forceConflicts: true, rollbackOnFailure: true, trackMode: helm-legacy, wait: true, kubeContext: admin, version: 1.2.3, adopt: [x/y]')}`,
    },
    runs: [
      'diff', 'diff --context 3 --suppress Secret --show-secrets --no-hooks --include-tests --strip-trailing-cr --output simple --set q=1 --values v.yaml --reset-values --diff-args --no-color --template-args --x=1 --detailed-exitcode --take-ownership --server-side true --suppress-output-line-regex cli',
      'diff --reuse-values --post-renderer ./pr.sh --post-renderer-args cli --suppress-secrets', 'sync',
      'sync --wait --wait-for-jobs --timeout 9 --skip-crds --hide-notes --sync-args --foo=1 --description cli --take-ownership --server-side auto --sync-release-labels --reuse-values --set q=1 --values v.yaml --track-mode helm',
      'sync -l name=r1 --track-mode helm-legacy --wait', '-e other sync -l name=r1', '--kube-context admin sync -l name=r1', 'status', 'test --logs --timeout 30', 'test', 'apply --skip-diff-on-install -l name=r4', 'destroy --cascade background', 'destroy',
    ].map((line) => ({ args: ['--debug', '--skip-deps', ...line.split(' '), one], commands: true as const })),
  },
]
