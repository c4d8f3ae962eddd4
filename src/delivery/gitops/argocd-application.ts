import type { KubeObject } from '../../cluster/kube/index.ts'
import { setParameters } from './set-parameters.ts'
import { Differences, nullPaths, objectName, unsupported, type Difference, type ServiceSource, type ValuesFile, type Written } from './service-source.ts'

export interface ApplicationOptions {
  readonly name?: string
  /** Where Argo CD runs. */
  readonly namespace: string
  readonly project: string
  readonly destination: { readonly server: string } | { readonly name: string }
  /** Values as files in Git, or within the Application. */
  readonly valuesAs: 'files' | 'inline'
  /** Sync on every commit, prune, mend drift; else a person syncs. */
  readonly automated: boolean
}

/**
 * An Argo CD Application (argoproj.io/v1alpha1) that releases what Pintle would.
 * @throws PintleError gitops.unsupported for what an Application cannot say
 */
export function argocdApplication(source: ServiceSource, options: ApplicationOptions): Written {
  const { chart, traits } = source
  const name = objectName(source, options.name)
  const helm = { releaseName: source.service, ...values(source, options) }
  const fields = traits.foreignFields
  const main = chart.kind === 'git' ? { repoURL: gitOf(source).url, path: chart.path || '.', targetRevision: gitOf(source).revision, helm }
    : chart.kind === 'repository' ? { repoURL: chart.url, chart: chart.chart, targetRevision: chart.version, helm }
    // A registry is a Helm repository to Argo CD when its URL has no scheme (docs/user-guide/helm.md).
    : { ...registrySource(chart.url), targetRevision: chart.version, helm }
  const fromGit = chart.kind !== 'git' && 'valueFiles' in helm
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: options.namespace },
    spec: {
      project: options.project,
      destination: { ...options.destination, namespace: source.namespace },
      ...(fromGit ? { sources: [main, { repoURL: gitOf(source).url, targetRevision: gitOf(source).revision, ref: 'values' }] } : { source: main }),
      revisionHistoryLimit: source.maxHistory,
      syncPolicy: {
        ...(options.automated ? { automated: { prune: true, selfHeal: true } } : {}),
        syncOptions: [
          ...(source.createNamespace ? ['CreateNamespace=true'] : []), 'ServerSideApply=true', 'FailOnSharedResource=true', ...(fields.length > 0 ? ['RespectIgnoreDifferences=true'] : []),
        ],
      },
      ...(fields.length > 0 ? {
        ignoreDifferences: fields.map(({ group, kind, name: object, namespace, pointer }) => ({
          ...(group === '' ? {} : { group }), kind, name: object, ...(namespace === undefined ? {} : { namespace }),
          ...(pointer.includes('*') ? { jqPathExpressions: [jqPath(pointer)] } : { jsonPointers: [pointer] }),
        })),
      } : {}),
    },
  }
  return { objects: [application as unknown as KubeObject], differences: differences(source, options) }
}

function values(source: ServiceSource, { valuesAs }: ApplicationOptions): object {
  if (valuesAs === 'inline') return Object.keys(source.values).length === 0 ? {} : { valuesObject: source.values }
  const parameters = source.set.flatMap(setParameters)
  return {
    ...(source.files.length === 0 ? {} : { valueFiles: source.files.map((f) => fileOf(source, f)) }),
    ...(parameters.length === 0 ? {} : { parameters }),
  }
}

function fileOf({ chart }: ServiceSource, { path, inGit, unreadable }: ValuesFile): string {
  const hint = 'Use --values-as inline, which writes the values into the Application.'
  if (unreadable !== undefined) throw unsupported(`${path} is ${unreadable}, which Argo CD cannot read`, unreadable.startsWith('encrypted') ? 'Keep the secret in the cluster, with an ExternalSecret or a SealedSecret, and only its name in the values.' : hint)
  if (inGit === undefined) throw unsupported(`${path} is not in the Git repository`, hint)
  // Argo CD expands globs and variables in names of files (docs/user-guide/helm.md).
  if (/[*?[\]{}$\\]/.test(inGit)) throw unsupported(`the name of ${inGit} would be read as a pattern by Argo CD`, 'Rename the file.')
  if (chart.kind !== 'git') return `$values/${inGit}`
  const up = chart.path === '' ? [] : chart.path.split('/')
  const down = inGit.split('/')
  let shared = 0
  while (shared < up.length && up[shared] === down[shared]) shared++
  return [...up.slice(shared).map(() => '..'), ...down.slice(shared)].join('/')
}

function registrySource(url: string): { repoURL: string; chart: string } {
  const path = url.slice('oci://'.length)
  const slash = path.lastIndexOf('/')
  return { repoURL: path.slice(0, slash), chart: path.slice(slash + 1) }
}

/** `.webhooks[]?.clientConfig.caBundle` */
const jqPath = (pointer: string): string => pointer.split('/').slice(1).map((step) => (step === '*' ? '[]?' : `.${step}`)).join('')

function gitOf(source: ServiceSource): NonNullable<ServiceSource['git']> {
  if (source.git === undefined) throw unsupported('there is no Git repository that Argo CD could read', 'Run it in a clone with a remote, or name it with --repo-url; values alone can be written with --values-as inline.')
  return source.git
}

/** What Argo CD does otherwise than Pintle. */
function differences(source: ServiceSource, { valuesAs }: ApplicationOptions): Difference[] {
  const { traits, chart } = source
  const out = new Differences()
  if (traits.tests > 0) out.add('no-tests', `Argo CD does not run the chart's tests (${traits.tests})`)
  if (source.smokeChecks > 0) out.add('no-smoke-checks', `Argo CD does not run the smoke checks (${source.smokeChecks})`)
  out.add('no-rollback', 'Argo CD does not roll back a failed sync: the next commit mends it')
  for (const event of ['pre-rollback', 'post-rollback']) if (traits.hooks.has(event)) out.add('hooks-left-out', `Argo CD never runs the ${event} hooks: ${traits.hooks.get(event)!.join(', ')}`)
  for (const [when, sync] of [['pre', 'PreSync'], ['post', 'PostSync']] as const) {
    const install = traits.hooks.get(`${when}-install`) ?? []
    const upgrade = traits.hooks.get(`${when}-upgrade`) ?? []
    const once = [...install.filter((h) => !upgrade.includes(h)), ...upgrade.filter((h) => !install.includes(h))]
    if (once.length > 0) out.add('hooks-in-every-sync', `Argo CD runs ${when}-install and ${when}-upgrade hooks alike, in every sync as ${sync}: ${[...new Set(once)].join(', ')}`)
  }
  if (traits.lookups > 0) out.add('no-lookup', `templates look objects up (${traits.lookups} times): Argo CD renders without a cluster, and they find nothing`)
  for (const template of traits.changing) out.add('changing-templates', `${template} renders differently each time: Argo CD will see it out of sync after every refresh, and passwords made there change with every sync`)
  if (valuesAs === 'inline') for (const path of nullPaths(source.values)) out.add('null-values', `${path} is null: kubectl apply drops it from the Application without --server-side, and the default stays`)
  if (valuesAs === 'inline') for (const template of traits.retyped) out.add('retyped-values', `${template} renders otherwise once the values of --set are YAML, where whole numbers are floats`)
  if (valuesAs === 'inline' && source.files.length > 0) out.add('copied-values', 'the values are a copy: changes of the values files do not reach the cluster before this is written again')
  if (chart.kind === 'oci') out.add('registry-settings', 'Argo CD asks for the registry as a Helm repository with enableOCI: true')
  if (chart.kind === 'oci' && chart.digest !== undefined) out.add('chart-by-tag', `Argo CD takes the chart by its tag ${chart.version}, not by its digest`)
  return out.all
}
