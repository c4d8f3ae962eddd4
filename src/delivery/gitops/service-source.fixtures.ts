import type { ServiceSource } from './service-source.ts'

/** A service with everything a controller can be told, for the tests of what is written. */
export const service = (more: Partial<ServiceSource> = {}): ServiceSource => ({
  service: 'web', environment: 'prod', namespace: 'shop', chart: { kind: 'git', path: 'charts/web' }, git: { url: 'git@git.example.com:acme/deploy.git', revision: 'main' },
  files: [{ path: 'values/base.yaml', inGit: 'values/base.yaml', text: 'replicaCount: 2\n' }, { path: 'charts/web/prod.yaml', inGit: 'charts/web/prod.yaml', text: 'image: {tag: v1}\n' }],
  set: ['image.tag=v2,hosts={a,b},note=x\\,y'], values: { replicaCount: 2, image: { tag: 'v2' }, big: 1234567890123, ratio: 0.5, on: true, list: ['a', { b: null }] },
  traits: {
    tests: 1, hooks: new Map([['pre-install', ['migrate']], ['pre-rollback', ['undo']]]), lookups: 2, changing: ['web/templates/secret.yaml'], retyped: ['web/templates/cm.yaml'], hasCrds: true,
    foreignFields: [
      { group: 'apps', kind: 'Deployment', name: 'web', pointer: '/spec/replicas', why: 'HorizontalPodAutoscaler/web sets it' },
      { group: 'admissionregistration.k8s.io', kind: 'MutatingWebhookConfiguration', name: 'web.hook', pointer: '/webhooks/*/clientConfig/caBundle', why: 'cert-manager injects it' },
    ],
  },
  timeout: 90_000, maxHistory: 10, createNamespace: true, smokeChecks: 1, ...more,
})

const quiet: ServiceSource['traits'] = { tests: 0, hooks: new Map(), lookups: 0, changing: [], retyped: [], hasCrds: false, foreignFields: [] }

/** One of each way a service can be made. */
export const services: Readonly<Record<string, ServiceSource>> = {
  'a chart in Git': service(),
  'a chart at the root of Git, by commit': service({ chart: { kind: 'git', path: '' }, git: { url: 'https://git.example.com/acme/web.git', revision: 'a'.repeat(40) }, set: [], traits: quiet }),
  'a chart of a repository': service({ chart: { kind: 'repository', url: 'https://charts.example.com/stable', chart: 'web', version: '1.4.2' } }),
  'a chart of a repository without values': service({ chart: { kind: 'repository', url: 'https://charts.example.com', chart: 'web', version: '1.4.2' }, files: [], set: [], values: {}, traits: quiet, createNamespace: false, smokeChecks: 0 }),
  'a chart of a registry without TLS, by tag': service({ chart: { kind: 'oci', url: 'oci://localhost:5000/web', version: '1.4.2', insecure: true } }),
  'a chart of a registry': service({ chart: { kind: 'oci', url: 'oci://registry.example.com/charts/web', version: '1.4.2+build', digest: `sha256:${'d'.repeat(64)}` } }),
}
