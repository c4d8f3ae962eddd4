import { configMap, deployment, hook, job } from '../../release-fixtures.ts'
import type { Scenario } from '../scenario.ts'

const one = configMap('one', { a: '1' })
const two = configMap('one', { a: '2' })
const keep = { 'helm.sh/resource-policy': 'keep' }
const far = (name: string): unknown => ({ ...configMap(name), metadata: { name, namespace: '{{ .Release.Namespace }}x' } })

const generated = [
  'install two c',
  ...[
    'exit: 1 → 0',
    String.raw`stderr: "Error: INSTALLATION FAILED: server-side apply failed for object <ns>/ /v1, Kind=ConfigMap: resource name may not be empty\n" → ""`,
    String.raw`stdout: "" → "NAME: two\nLAST DEPLOYED: <ansic>\nNAMESPACE: <ns>\nSTATUS: deployed\nREVISION: 1\nDESCRIPTION: Install complete\nTEST SUITE: None\n"`,
    'ConfigMap/made-<id>: nothing → an object',
    'Secret/sh.helm.release.v1.two.v1 labels status: "failed" → "deployed"',
    String.raw`Secret/sh.helm.release.v1.two.v1 record info description: "Release \"two\" failed: server-side apply failed for object <ns>/ /v1, Kind=ConfigMap: resource name may not be empty" → "Install complete"`,
    'Secret/sh.helm.release.v1.two.v1 record info status: "failed" → "deployed"',
  ].map((difference) => `≠ \`metadata.generateName\`: ${difference}`),
].join('\n')

/** What becomes of a release and its objects from the first install to the last uninstall. */
export const lifecycle: readonly Scenario[] = [
  { name: 'a chart of nothing', charts: { none: { objects: [] }, one: [one] }, steps: 'install web none\nupgrade web one\nupgrade web none\nuninstall web' },
  { name: 'nothing to work on', charts: { one: [one] }, steps: 'upgrade web one\nrollback web\nuninstall web\nstatus web\nhistory web\ntest web' },
  { name: 'a bad name', charts: { one: [one] }, steps: 'install Bad_Name one\nupgrade Bad_Name one\nrollback Bad_Name\nuninstall Bad_Name\ninstall a23456789012345678901234567890123456789012345678901234 one\ninstall one' },
  { name: 'a name in use', charts: { one: [one] }, steps: 'install web one\ninstall web one\ninstall web one --replace\nuninstall web --keep-history\ninstall web one\ninstall web one --replace' },
  {
    name: 'uninstalled with its history', charts: { one: [one], two: [two] },
    steps: 'install web one\nupgrade web two\nuninstall web --keep-history\nuninstall web --keep-history\nupgrade web one\ninstall web one\nrollback web 1\nuninstall web --keep-history\nupgrade --install web one\n= history web\nuninstall web',
  },
  { name: 'revisions that are not there', charts: { one: [one] }, steps: 'install web one\nrollback web\nrollback web 9\nget all web --revision 9\nget manifest web --revision 9' },
  {
    name: 'an object of nobody', charts: { one: [one], both: [one, configMap('two', { b: '1' })] },
    steps: `~ create {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"old":"1"}}
      install web one\ninstall web one --take-ownership
      ~ create {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"},"data":{"old":"1"}}
      upgrade web both\nupgrade web both --take-ownership\nuninstall web`,
  },
  {
    name: 'taken over client-side', charts: { one: [one] },
    steps: '~ create {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"old":"1"}}\ninstall web one --take-ownership --server-side=false',
  },
  { name: 'of another release', charts: { one: [one] }, steps: 'install other one\ninstall web one\ninstall web one --take-ownership\nuninstall other\nuninstall web' },
  {
    name: 'kept objects', charts: { all: [one, configMap('kept', { k: '1' }, keep)], one: [one], next: [one, configMap('kept', { k: '2' }, keep)] },
    steps: `install web all\nupgrade web one\nupgrade web next\n= get metadata web\nrollback web 2\nrollback web 1\nuninstall web\ninstall web all\nuninstall web\ninstall web all --take-ownership
      ~ annotate ConfigMap/one helm.sh/resource-policy=keep
      upgrade web next
      uninstall web`,
  },
  {
    name: 'kept by a live annotation', charts: { both: [one, configMap('two')], one: [one] },
    steps: 'install web both\n~ annotate ConfigMap/two helm.sh/resource-policy=keep\nupgrade web one\nuninstall web',
  },
  { name: 'removed and added again', charts: { both: [one, configMap('two', { b: '1' })], one: [one] }, steps: 'install web both\nupgrade web one\nupgrade web both\nrollback web 2\nrollback web 1\n~ delete ConfigMap/two\nupgrade web both\n~ delete ConfigMap/one\nuninstall web' },
  {
    name: 'lists', charts: { lists: [{ apiVersion: 'v1', kind: 'List', items: [one, configMap('two')] }, { apiVersion: 'v1', kind: 'ConfigMapList', items: [configMap('three')] }], one: [one] },
    steps: 'install web lists\n= status web\nupgrade web one\nrollback web\nuninstall web',
  },
  { name: 'a name for the server to make', charts: { c: [{ ...configMap(''), metadata: { generateName: 'made-' } }] }, steps: 'install web c --server-side=false\nuninstall web' },
  { name: 'a name for the server to make, server-side', charts: { c: [{ ...configMap(''), metadata: { generateName: 'made-' } }] }, steps: generated },
  {
    name: 'other namespaces and cluster-wide objects', charts: {
      c: [one, far('far'), { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'suite-{{ .Release.Namespace }}' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
      next: [one, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'suite-{{ .Release.Namespace }}' }, rules: [] }],
    },
    steps: '~ create {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{ns}x"}}\ninstall web c\n= get manifest web\nupgrade web next\nrollback web\nuninstall web',
  },
  {
    name: 'many revisions', charts: { one: [one], two: [two] },
    steps: 'install web one --description a␣first\nupgrade web two --history-max 2\nupgrade web one --history-max 2 --labels a=b\nupgrade web two --history-max 2\n= history web\nrollback web --history-max 3\nrollback web 2 --history-max 1\n= history web\nupgrade web one --history-max 0\nuninstall web --keep-history\n= history web',
  },
  {
    name: 'rollbacks to every kind of revision', charts: { one: [one], two: [two], bad: [{ ...one, dtaa: 1 }] },
    steps: 'install web one\nupgrade web two\nupgrade web bad\nrollback web 1\nrollback web 3\nrollback web 2 --dry-run=client\nuninstall web --keep-history\nrollback web 2\n= history web\nrollback web 5\nrollback web 1 --force-conflicts\nrollback web 1 --server-side=false',
  },
  {
    name: 'flags that contradict each other', charts: { one: [one], two: [two] }, steps: `
      install web one
      upgrade web two
      upgrade web one --server-side=false --force-conflicts
      ≠ flags that contradict each other: Secret/sh.helm.release.v1.web.v3: a failed record → nothing
      ~ pause
      upgrade web one --server-side=true --force-replace
      ≠ flags that contradict each other: Secret/sh.helm.release.v1.web.v4: a failed record → nothing
      rollback web 1 --force-replace
      ≠ flags that contradict each other: Secret/sh.helm.release.v1.web.v4: a superseded record → nothing
      ≠ flags that contradict each other: Secret/sh.helm.release.v1.web.v5: a failed record → nothing`,
  },
  { name: 'after a first install that failed', charts: { bad: [{ ...one, dtaa: 1 }], one: [one] }, steps: 'install web bad\nupgrade web one\nuninstall web\nupgrade --install web bad\nupgrade --install web one\nrollback web 1\nuninstall web' },
  {
    name: 'ways to uninstall', charts: { app: { objects: [one, deployment('app')], hooks: [hook(job('bye'), ['pre-delete']), hook(job('gone'), ['post-delete'])] } },
    steps: `install web app --wait --timeout 20s\nuninstall web --dry-run\nuninstall web --no-hooks --cascade orphan\n~ delete Deployment/app\ninstall web app --take-ownership\nuninstall web --cascade foreground --wait --timeout 20s
      install a app --wait --timeout 20s\nuninstall a b\nuninstall a b --ignore-not-found\nuninstall a --keep-history --description left␣it\nuninstall a`,
  },
  { name: 'as pintle', as: 'pintle', charts: { one: [one], two: [two], bad: [{ ...one, dtaa: 1 }] }, steps: 'install web one\nupgrade web two\nupgrade web bad\n= history web\n= list\n= get all web\nrollback web 1\nuninstall web\nuninstall web\nrollback web\nupgrade web one' },
  {
    name: 'in ConfigMaps', charts: { one: [one], two: [two] },
    steps: 'HELM_DRIVER=configmap install web one --labels a=b\nHELM_DRIVER=configmap upgrade web two\n= HELM_DRIVER=configmap history web\nlist\nHELM_DRIVER=configmap rollback web\nHELM_DRIVER=configmap uninstall web',
  },
]
