import { describe, expect, it } from 'vitest'
import { readValues } from '../../charts/chart/index.ts'
import type { PintleError } from '../../errors/index.ts'
import { argocdApplication, fluxObjects, type ApplicationOptions, type FluxOptions, type ServiceSource } from './index.ts'
import { service, services } from './service-source.fixtures.ts'
import { setParameters } from './set-parameters.ts'

const argo: ApplicationOptions = { namespace: 'argocd', project: 'default', destination: { server: 'https://kubernetes.default.svc' }, valuesAs: 'files', automated: true }
const flux: FluxOptions = { interval: '10m', valuesAs: 'inline', valuesFrom: [] }
const spec = (source: ServiceSource, options: Partial<ApplicationOptions> = {}) => argocdApplication(source, { ...argo, ...options }).objects[0]!.spec as Record<string, any>
const fluxOf = (source: ServiceSource, options: Partial<FluxOptions> = {}) => {
  const { objects, differences } = fluxObjects(source, { ...flux, ...options })
  return { origin: objects[0]! as any, release: objects.at(-1)!.spec as Record<string, any>, objects, warnings: differences.map((d) => d.message) }
}
const message = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    expect((error as PintleError).code).toBe('gitops.unsupported')
    return (error as Error).message
  }
  throw new Error('no error')
}

describe('an Argo CD Application', () => {
  it('of a chart in Git: values files as the chart sees them, --set as parameters', () => {
    expect(spec(service()).source).toEqual({
      repoURL: 'git@git.example.com:acme/deploy.git', path: 'charts/web', targetRevision: 'main',
      helm: { releaseName: 'web', valueFiles: ['../../values/base.yaml', 'prod.yaml'], parameters: [{ name: 'image.tag', value: 'v2' }, { name: 'hosts', value: '{a,b}' }, { name: 'note', value: 'x\\,y' }] },
    })
    expect(spec(services['a chart at the root of Git, by commit']!).source).toMatchObject({ path: '.', targetRevision: 'a'.repeat(40), helm: { valueFiles: ['values/base.yaml', 'charts/web/prod.yaml'] } })
  })
  it('of a chart elsewhere: a second source for the values', () => {
    const { source, sources } = spec(services['a chart of a repository']!)
    expect(source).toBeUndefined()
    expect(sources).toEqual([
      expect.objectContaining({ repoURL: 'https://charts.example.com/stable', chart: 'web', targetRevision: '1.4.2', helm: expect.objectContaining({ valueFiles: ['$values/values/base.yaml', '$values/charts/web/prod.yaml'] }) }),
      { repoURL: 'git@git.example.com:acme/deploy.git', targetRevision: 'main', ref: 'values' },
    ])
    expect(spec(services['a chart of a registry']!).sources[0]).toMatchObject({ repoURL: 'registry.example.com/charts', chart: 'web', targetRevision: '1.4.2+build' })
    expect(spec(services['a chart of a repository without values']!).source.helm).toEqual({ releaseName: 'web' })
  })
  it('with the values within: one source, no Git needed', () => {
    const { git, ...rest } = service({ chart: { kind: 'oci', url: 'oci://registry.example.com/charts/web', version: '1.0.0' } })
    expect(spec(rest, { valuesAs: 'inline' }).source.helm).toEqual({ releaseName: 'web', valuesObject: rest.values })
    expect(message(() => spec(rest))).toMatch(/no Git repository/)
    expect(git).toBeDefined()
  })
  it('leaves to others what others set', () => {
    expect(spec(service()).ignoreDifferences).toEqual([
      { group: 'apps', kind: 'Deployment', name: 'web', jsonPointers: ['/spec/replicas'] },
      { group: 'admissionregistration.k8s.io', kind: 'MutatingWebhookConfiguration', name: 'web.hook', jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle'] },
    ])
    expect(spec(service()).syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true')
    expect(spec(services['a chart of a repository without values']!).ignoreDifferences).toBeUndefined()
  })
  it('tells everything that Argo CD does otherwise', () => {
    const told = argocdApplication(service(), argo).differences.map((d) => d.message).join('\n')
    for (const word of ['tests (1)', 'smoke checks (1)', 'roll back', 'pre-rollback hooks: undo', 'PreSync: migrate', 'look objects up', 'secret.yaml renders differently']) expect(told).toContain(word)
    expect(argocdApplication(service(), { ...argo, valuesAs: 'inline' }).differences.map((d) => d.message).join('\n')).toContain('are a copy')
    expect(argocdApplication(services['a chart of a repository without values']!, argo).differences).toEqual([{ id: 'no-rollback', message: 'Argo CD does not roll back a failed sync: the next commit mends it' }])
  })
  it.each([
    ['encrypted', { path: 's.yaml', inGit: 's.yaml', text: '', unreadable: 'encrypted with SOPS' }, /s\.yaml is encrypted/],
    ['a program', { path: 'v.ts', inGit: 'v.ts', text: '', unreadable: 'a program' }, /v\.ts is a program/],
    ['outside of Git', { path: '../v.yaml', text: '' }, /not in the Git repository/],
    ['named like a pattern', { path: 'v[1].yaml', inGit: 'v[1].yaml', text: '' }, /read as a pattern/],
    ['named like a variable', { path: '$v.yaml', inGit: '$v.yaml', text: '' }, /read as a pattern/],
  ])('values %s are an error, never left out', (_, file, why) => {
    expect(message(() => spec(service({ files: [file] })))).toMatch(why)
  })
  it('has a name objects may have', () => {
    expect(argocdApplication(service(), argo).objects[0]!.metadata).toEqual({ name: 'web-prod', namespace: 'argocd' })
    expect(message(() => argocdApplication(service({ environment: 'Prod EU' }), argo))).toMatch(/no name for an object/)
  })
})

describe('Flux objects', () => {
  it('of a chart in Git', () => {
    const { origin, release } = fluxOf(service())
    expect(origin).toMatchObject({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', spec: { url: 'ssh://git@git.example.com/acme/deploy.git', ref: { branch: 'main' } } })
    expect(release.chart.spec).toMatchObject({ chart: './charts/web', reconcileStrategy: 'Revision', sourceRef: { kind: 'GitRepository', name: 'web-prod' } })
    expect(fluxOf(services['a chart at the root of Git, by commit']!).origin.spec.ref).toEqual({ commit: 'a'.repeat(40) })
  })
  it('of a repository, and of a registry by digest', () => {
    const repository = fluxOf(services['a chart of a repository']!)
    expect(repository.origin).toMatchObject({ kind: 'HelmRepository', spec: { url: 'https://charts.example.com/stable' } })
    expect(repository.release.chart.spec).toMatchObject({ chart: 'web', version: '1.4.2', sourceRef: { kind: 'HelmRepository' } })
    const oci = fluxOf(services['a chart of a registry']!)
    expect(oci.origin).toMatchObject({ kind: 'OCIRepository', spec: { url: 'oci://registry.example.com/charts/web', ref: { tag: '1.4.2_build', digest: `sha256:${'d'.repeat(64)}` }, layerSelector: { operation: 'copy' } } })
    expect(oci.warnings.join('\n')).not.toContain('by its tag')
    const tagged = fluxOf(service({ chart: { kind: 'oci', url: 'oci://localhost:5000/web', version: '1.0.0', insecure: true } }))
    expect([tagged.origin.spec.insecure, tagged.warnings.join('\n')]).toEqual([true, expect.stringContaining('by its tag 1.0.0')])
    expect([oci.release.chart, oci.release.chartRef]).toEqual([undefined, { kind: 'OCIRepository', name: 'web-prod' }])
  })
  it('release as Pintle does: name, records, back at once', () => {
    expect(fluxOf(service()).release).toMatchObject({
      releaseName: 'web', targetNamespace: 'shop', storageNamespace: 'shop', timeout: '90s', maxHistory: 10, test: { enable: true }, install: { createNamespace: true },
      upgrade: { remediation: { retries: 0, remediateLastFailure: true, strategy: 'rollback' } }, values: service().values,
    })
  })
  it('ignore drift of what others set, of one object only', () => {
    const { release, warnings } = fluxOf(service())
    expect(release.driftDetection.ignore).toEqual([
      { paths: ['/spec/replicas'], target: { kind: 'Deployment', name: '^web$' } },
      { paths: [''], target: { kind: 'MutatingWebhookConfiguration', name: '^web\\.hook$' } },
    ])
    expect(warnings.join('\n')).toContain('whole object is ignored')
  })
  it('take each values file from a ConfigMap, in order, below what the cluster holds', () => {
    const { objects, release } = fluxOf(service({ set: [] }), { valuesAs: 'config-map', valuesFrom: [{ kind: 'Secret', name: 'db', valuesKey: 'v' }] })
    expect(objects[1]).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'web-prod-values', namespace: 'shop' }, data: { '01-base.yaml': 'replicaCount: 2\n', '02-prod.yaml': 'image: {tag: v1}\n' } })
    expect(release.valuesFrom).toEqual([{ kind: 'Secret', name: 'db', valuesKey: 'v' }, { kind: 'ConfigMap', name: 'web-prod-values', valuesKey: '01-base.yaml' }, { kind: 'ConfigMap', name: 'web-prod-values', valuesKey: '02-prod.yaml' }])
    expect(release.values).toBeUndefined()
  })
  it('say what they cannot', () => {
    expect(message(() => fluxOf(service(), { valuesAs: 'config-map' }))).toMatch(/--set is no file/)
    expect(message(() => fluxOf(service({ git: { url: '/srv/deploy.git', revision: 'main' } })))).toMatch(/cannot read the repository/)
    expect(fluxOf(service({ values: { a: { b: null } } })).warnings.join('\n')).toContain('a.b is null')
  })
})

it('parameters mean to Argo CD what --set means to Helm', async () => {
  // cleanSetParameters of Argo CD's util/helm/cmd.go: what it hands to --set.
  const handed = ({ name, value }: { name: string; value: string }): string => `${name}=${/^\{[\s\S]*\}$/.test(value) ? value : value.replaceAll(/(?<!\\),/g, '\\,')}`
  for (const set of ['a=1,b=true,c.d=x', 'a={x,y},b=z', 'a=x\\,y,b=1', 'a[0]=x,a[1]=y', 'a\\.b=c', 'a=b=c', 'a=,b=null', 'a={x\\,y,z},b={}', 'a.b[0].c=1,a.b[0].d=2']) {
    expect(await readValues({ set: setParameters(set).map(handed) }), set).toEqual(await readValues({ set: [set] }))
  }
})

it('--set is split as Helm splits it', () => {
  expect(setParameters('a=1,b.c={x,y},d=e\\,f,g[0].h=i=j')).toEqual([{ name: 'a', value: '1' }, { name: 'b.c', value: '{x,y}' }, { name: 'd', value: 'e\\,f' }, { name: 'g[0].h', value: 'i=j' }])
  expect(message(() => setParameters('novalue'))).toMatch(/cannot be a parameter/)
})
