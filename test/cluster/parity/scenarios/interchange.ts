import { configMap, deployment, hook, job, pod } from '../../release-fixtures.ts'
import type { ChartContent } from '../../helm-runner.ts'
import type { Scenario } from '../scenario.ts'

const content = (n: number): ChartContent => ({
  objects: [configMap('one', { n: String(n) }), configMap(`only-${n}`), deployment('app', `example.com/app:${n}`)],
  hooks: [hook(job('migrate'), ['pre-install', 'pre-upgrade', 'pre-rollback'], { weight: -5 }), hook(pod('check'), ['test'])],
  notes: `notes ${n}`,
})
const charts = { v1: content(1), v2: content(2), v3: content(3) }
const merged = (image: string, env: Record<string, string>, ...more: unknown[]): ReturnType<typeof deployment> => {
  const object = deployment('app', image)
  const [main] = object.spec.template.spec.containers
  main.env = Object.entries(env).map(([name, value]) => ({ name, value }))
  main.ports = [{ containerPort: 80, name: 'http' }]
  object.spec.template.spec.containers.push(...more)
  object.spec.template.spec.volumes = [{ name: 'tmp', emptyDir: {} }]
  return object
}
const upgraded = { a: [merged('example.com/app:1', { A: '1', B: '2' }, { name: 'side', image: 'example.com/side:1' })], b: [merged('example.com/app:2', { B: '3', C: '4' })] }
const edit = '~ edit Deployment/app {"spec":{"replicas":4,"template":{"spec":{"containers":[{"name":"main","env":[{"name":"LIVE","value":"x"},{"name":"A","value":"live"}]},{"name":"mesh","image":"example.com/mesh:1"}],"volumes":[{"name":"live","emptyDir":{}}]}}}}'

/** Lives of releases that Helm 3 installed, led on by each tool in its own world. */
const livesOfHelm3: readonly Scenario[] = [
  { name: 'Helm 3: a life', charts, steps: '3 install web v1 --set a=1\nupgrade web v2 --set b=2\nupgrade web v3 --reuse-values --set c=3\nrollback web 1\nrollback web 2 --history-max 3\nuninstall web --keep-history\nrollback web 2\nuninstall web' },
  { name: 'Helm 3: values', charts, steps: '3 install web v1 --set a=1,b=2\nupgrade web v1 --reset-values\nupgrade web v1 --set b=3\nupgrade web v2 --reuse-values --set a=null\n≠ nulls given with: Secret/sh.helm.release.v1.web.v3 record config a: null → nothing\nupgrade web v3 --reset-then-reuse-values --set c.d=4\n= get values web -o json' },
  { name: 'Helm 3: edited by hand', charts: upgraded, steps: `3 install web a\n${edit}\nupgrade web b\n~ scale Deployment/app 5\nupgrade web a\nrollback web 2\n~ label Deployment/app by=hand\nupgrade web a --set x=1\nrollback web` },
  {
    name: 'Helm 3: custom and other kinds', charts: {
      a: [configMap('one', { a: '1' }), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }] } }, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: '1', b: '2' } }],
      b: [configMap('one', { b: '2' }), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { ports: [{ name: 'b', port: 82 }, { name: 'c', port: 83 }] } }, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { b: '3' } }, configMap('new')],
    },
    steps: '3 install web a\nupgrade web b\n~ edit ConfigMap/one {"data":{"live":"x"}}\nrollback web 1\n~ delete ConfigMap/one\nupgrade web b\nuninstall web',
  },
  { name: 'Helm 3: what is kept', charts: { all: [configMap('one'), configMap('kept', { k: '1' }, { 'helm.sh/resource-policy': 'keep' })], one: [configMap('one')] }, steps: '3 install web all\nupgrade web one\nrollback web 1\nuninstall web\n3 install other all --take-ownership' },
  { name: 'Helm 3: failures', charts: { ...charts, bad: { objects: [configMap('one', { n: '9' }), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { ports: [{ port: 0 }] } }] } }, steps: '3 install web v1\nupgrade web bad\nupgrade web v2\nupgrade web bad --atomic --timeout 20s\nrollback web 3\nupgrade web bad --cleanup-on-fail\nuninstall web\n≠ uninstall, upgrade, rollback: ConfigMap/only-2: an object → nothing\n≠ uninstall, upgrade, rollback: Deployment/app: an object → nothing' },
  { name: 'Helm 3: forced', charts, steps: '3 install web v1\n~ pause\nupgrade web v2 --force\n~ pause\nrollback web 1 --force' },
]

/** One release in the hands of several tools, one after the other. Without `3` or `4` a step is Helm 4's in its world, and Pintle's in the others. */
export const interchange: readonly Scenario[] = [
  ...livesOfHelm3.map((scenario) => ({ ...scenario, helm3: true as const })),
  { name: 'Helm 4 installs, and takes turns', charts, steps: '4 install web v1 --set a=1 --wait --timeout 20s\nupgrade web v2 --wait --timeout 20s\n= get all web\n4 rollback web 1\n= history web\n4 upgrade web v3\nrollback web 2\ntest web\n4 upgrade web v1\nuninstall web --wait --timeout 20s\n= list' },
  { name: 'Helm 4 goes on', charts, steps: 'install web v1 --wait --timeout 20s --labels team=a\n4 test web\n4 upgrade web v2 --wait --timeout 20s\nrollback web\n4 rollback web 2\nupgrade web v3\n4 uninstall web --keep-history\n= list\ninstall web v2 --replace\n= history web\n4 uninstall web --wait --timeout 20s' },
  { name: 'Helm 3 installs, and takes turns', charts, steps: '3 install web v1 --set a=1 --wait --timeout 20s\nupgrade web v2 --wait --timeout 20s\n= get all web\n= get metadata web\n3 rollback web 1\n= history web\n3 upgrade web v3\nrollback web 2\ntest web\n3 upgrade web v1\nuninstall web --wait --timeout 20s' },
  { name: 'Helm 3 goes on', charts, steps: 'install web v1 --wait --timeout 20s --labels team=a\n3 test web\n3 upgrade web v2 --wait --timeout 20s\nrollback web\n3 rollback web 2\nupgrade web v3\n3 uninstall web --keep-history\n= list\ninstall web v2 --replace\n= history web\n3 uninstall web --wait --timeout 20s' },
  { name: 'made by Helm 3, upgraded', charts: upgraded, steps: `3 install web a\nupgrade web b\nrollback web 1\n${edit}\nupgrade web b\nupgrade web a\n3 upgrade web b\nupgrade web a` },
  { name: 'made by Helm 3, edited, upgraded', charts: upgraded, steps: `3 install web a\n${edit}\n~ scale Deployment/app 5\nupgrade web b\n~ pause\nupgrade web b --force-replace\nrollback web 1` },
  { name: 'made by Helm 3, brought to the server', charts: upgraded, steps: `3 install web a\n3 upgrade web b\nupgrade web a --server-side=true\n${edit}\nupgrade web b\nupgrade web b --force-conflicts\nrollback web 2\n= history web` },
  { name: 'made by Helm 3, taken by replacing', charts: upgraded, steps: '3 install web a\nupgrade web b --server-side=true --force-conflicts\nrollback web 1 --server-side=true\nrollback web 1 --server-side=false\n~ pause\nupgrade web a --force-replace' },
]
