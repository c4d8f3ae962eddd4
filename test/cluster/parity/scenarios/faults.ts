import { configMap, crd, deployment, job } from '../../release-fixtures.ts'
import type { Scenario } from '../scenario.ts'

const one = configMap('one', { a: '1' })
const bad = (name: string): unknown => ({ ...configMap(name), dtaa: 1 })
const thing = (name: string): unknown => ({ apiVersion: 'nobody.dev/v1', kind: 'Thing', metadata: { name } })
const scaler = (apiVersion: string): unknown => ({ apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: 's' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' }, maxReplicas: 3 } })
const relabelled = deployment('app')
relabelled.spec.selector.matchLabels.app = relabelled.spec.template.metadata.labels.app = 'other'

/** A chart that cannot be installed as it is: one step. */
const refused = (name: string, ...objects: unknown[]): Scenario => ({ name, charts: { c: objects }, steps: 'install web c' })

/** Manifests the server or Helm refuses, wholly or in part. */
export const faults: readonly Scenario[] = [
  { name: 'a field the server does not know', charts: { c: [one, bad('two')], good: [one] }, steps: 'install web c\nupgrade web good' },
  { name: 'a kind the server does not know', charts: { c: [one, thing('a')], two: [thing('a'), thing('b')] }, steps: 'install web c\ninstall web two\ninstall web c --dry-run=client' },
  refused('an object without a kind', { apiVersion: 'v1', metadata: { name: 'x' } }),
  refused('an object without an apiVersion', { kind: 'ConfigMap', metadata: { name: 'x' } }),
  { name: 'an object without either', charts: { c: [{ metadata: { name: 'x' } }], empty: [{}] }, steps: 'install web c\ninstall web empty' },
  refused('documents of comments only', '# nothing\n'),
  refused('a kind that is no text', 'apiVersion: v1\nkind: 12\n'),
  refused('a name and one to make', { ...one, metadata: { name: 'one', generateName: 'made-' } }),
  refused('an object without a name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
  refused('a name the server refuses', configMap('Not_A_Name')),
  refused('a wrong type', { ...deployment('app'), spec: { replicas: 'three' } }),
  refused('a missing field', { ...deployment('app'), spec: { replicas: 1 } }),
  refused('the same object twice', one, one),
  refused('a namespace that is not there', { ...one, metadata: { name: 'one', namespace: 'nowhere' } }),
  { name: 'invalid in the middle', charts: { c: [configMap('a'), bad('b'), configMap('c'), job('later')], good: [configMap('a'), configMap('c')] }, steps: 'install web c\nhistory web\nupgrade web good\nupgrade web c\nupgrade web c --cleanup-on-fail\nuninstall web' },
  { name: 'a custom resource beside its definition', charts: { c: [crd('parityNAMESPACE', 'ParityNAMESPACE'), { apiVersion: 'suite.pintle.dev/v1', kind: 'ParityNAMESPACE', metadata: { name: 'p' } }] }, steps: 'install web c' },
  { name: 'another version of the same object', charts: { one: [scaler('autoscaling/v1')], two: [scaler('autoscaling/v2')] }, steps: 'install web one\nupgrade web two\nrollback web' },
  {
    name: 'failing upgrades of old and new objects', charts: { one: [one], badOne: [bad('one')], badTwo: [one, bad('two')], next: [configMap('one', { a: '2' })] },
    steps: 'install web one\nupgrade web badOne\nupgrade web badTwo\nupgrade web next\nrollback web\nrollback web 1\nrollback web 2\n= history web\nuninstall web',
  },
  { name: 'an immutable field', charts: { one: [deployment('app')], other: [relabelled] }, steps: 'install web one\nupgrade web other\nrollback web 1\nupgrade web other --rollback-on-failure --timeout 20s' },
  {
    name: 'an immutable field, client-side', charts: { one: [deployment('app')], other: [relabelled], next: [deployment('app', 'example.com/app:2')] },
    steps: 'install web one --server-side=false\nupgrade web other\n~ pause\nupgrade web other --force-replace\n~ pause\nupgrade web next --force-replace',
  },
  { name: 'cleanup', charts: { one: [one], c: [configMap('new'), bad('two'), one] }, steps: 'install web one\nupgrade web c --cleanup-on-fail\nupgrade web c\nrollback web 1 --cleanup-on-fail' },
  {
    name: 'not ready in time', charts: { one: [one, deployment('app')], slow: [one, deployment('app', 'example.com/slow:1')] },
    steps: 'install web one --wait --timeout 20s\nupgrade web slow --wait --timeout 4s\nupgrade web slow --rollback-on-failure --timeout 4s\n= history web',
  },
  { name: 'an install undone', charts: { slow: [one, deployment('app', 'example.com/slow:1')] }, steps: 'install web slow --rollback-on-failure --timeout 4s\ninstall web slow --atomic --timeout 4s\n= list' },
  { name: 'Jobs that fail, and Jobs that last', charts: { c: [job('once', 'example.com/fail:1')], lasting: [job('lasting', 'example.com/slow:1')] }, steps: 'install web lasting --wait --timeout 20s\nuninstall web\ninstall web c --wait --wait-for-jobs --timeout 20s' },
]
