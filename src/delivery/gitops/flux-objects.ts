import type { KubeObject } from '../../cluster/kube/index.ts'
import { Differences, nullPaths, objectName, unsupported, type Difference, type ServiceSource, type Written } from './service-source.ts'

export interface FluxOptions {
  readonly name?: string
  /** Namespace of the Flux objects; the release's own when left out. */
  readonly namespace?: string
  readonly interval: string
  /** Values within the HelmRelease, or each file as a key of a ConfigMap. */
  readonly valuesAs: 'inline' | 'config-map'
  /** Objects in the cluster that hold more values, below the others: `Secret/name:key`. */
  readonly valuesFrom: readonly { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string; readonly valuesKey?: string }[]
  /** A Secret with credentials for the source. */
  readonly sourceSecret?: string
  readonly serviceAccount?: string
  readonly suspend?: boolean
}

/**
 * A HelmRelease (helm.toolkit.fluxcd.io/v2) with its source (source.toolkit.fluxcd.io/v1) that releases what Pintle would: Flux runs Helm itself, so records, hooks,
 * tests and rollbacks are there.
 * @throws PintleError gitops.unsupported for what it cannot say
 */
export function fluxObjects(source: ServiceSource, options: FluxOptions): Written {
  const { chart, traits } = source
  const name = objectName(source, options.name)
  const namespace = options.namespace ?? source.namespace
  const metadata = { name, namespace }
  const timeout = duration(source.timeout)
  const origin = sourceObject(source, options, metadata)
  const maps = options.valuesAs === 'config-map' ? valuesMaps(source, metadata) : []
  const from = [...options.valuesFrom, ...maps.flatMap((m) => Object.keys(m.data).map((valuesKey) => ({ kind: 'ConfigMap' as const, name: m.metadata.name, valuesKey })))]
  const values = options.valuesAs === 'inline' ? source.values : {}
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata,
    spec: {
      interval: options.interval,
      timeout,
      releaseName: source.service,
      targetNamespace: source.namespace,
      // Where Helm and Pintle look for the records; Flux's default is the HelmRelease's namespace.
      storageNamespace: source.namespace,
      maxHistory: source.maxHistory,
      ...(options.suspend ? { suspend: true } : {}),
      ...(options.serviceAccount === undefined ? {} : { serviceAccountName: options.serviceAccount }),
      ...(chart.kind === 'oci' ? { chartRef: { kind: 'OCIRepository', name } } : {
        chart: {
          spec: {
            chart: chart.kind === 'git' ? `./${chart.path}` : chart.chart,
            ...(chart.kind === 'repository' ? { version: chart.version } : { reconcileStrategy: 'Revision' }),
            interval: options.interval,
            sourceRef: { kind: origin.kind, name },
          },
        },
      }),
      // Back at once after a failure, and no second try: what Pintle does.
      install: { createNamespace: source.createNamespace, crds: 'Create', disableTakeOwnership: true, strategy: { name: 'RemediateOnFailure' }, remediation: { retries: 0, remediateLastFailure: true } },
      upgrade: { cleanupOnFail: true, crds: 'Skip', disableTakeOwnership: true, strategy: { name: 'RemediateOnFailure' }, remediation: { retries: 0, remediateLastFailure: true, strategy: 'rollback' } },
      rollback: { cleanupOnFail: true },
      test: { enable: traits.tests > 0 },
      driftDetection: {
        mode: 'enabled',
        ...(traits.foreignFields.length === 0 ? {} : { ignore: traits.foreignFields.filter((f) => !f.pointer.includes('*')).map(({ kind, name: object, pointer }) => ({ paths: [pointer], target: { kind, name: exactly(object) } })).concat(wholeObjects(source)) }),
      },
      ...(from.length === 0 ? {} : { valuesFrom: from }),
      ...(Object.keys(values).length === 0 ? {} : { values }),
    },
  }
  return { objects: [origin, ...maps, release] as unknown as KubeObject[], differences: differences(source, options) }
}

interface Meta { readonly name: string; readonly namespace: string }

function sourceObject(source: ServiceSource, { interval, sourceSecret }: FluxOptions, metadata: Meta): { kind: string } & Record<string, unknown> {
  const { chart, git } = source
  const secret = sourceSecret === undefined ? {} : { secretRef: { name: sourceSecret } }
  const head = { apiVersion: 'source.toolkit.fluxcd.io/v1', metadata }
  if (chart.kind === 'repository') return { ...head, kind: 'HelmRepository', spec: { interval, url: chart.url, ...secret } }
  if (chart.kind === 'oci') {
    const layerSelector = { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' }
    return { ...head, kind: 'OCIRepository', spec: { interval, url: chart.url, layerSelector, ref: { tag: chart.version.replaceAll('+', '_'), ...(chart.digest === undefined ? {} : { digest: chart.digest }) }, ...(chart.insecure === true ? { insecure: true } : {}), ...secret } }
  }
  if (git === undefined) throw unsupported('there is no Git repository that Flux could read', 'Run it in a clone with a remote, or name it with --repo-url.')
  const ref = /^[0-9a-f]{40,64}$/.test(git.revision) ? { commit: git.revision } : { branch: git.revision }
  return { ...head, kind: 'GitRepository', spec: { interval, url: gitUrl(git.url), ref, ...secret } }
}

/** Flux takes no scp-like addresses: git@host:path is ssh://git@host/path (source-controller, docs/spec/v1/gitrepositories.md). */
function gitUrl(url: string): string {
  const scp = /^([\w.-]+@[\w.-]+):(?!\/\/)(.*)$/.exec(url)
  const out = scp === null ? url : `ssh://${scp[1]}/${scp[2]!.replace(/^\//, '')}`
  if (!/^(https?|ssh):\/\//.test(out)) throw unsupported(`Flux cannot read the repository ${out}`, 'Name it with --repo-url: https:// or ssh://.')
  return out
}

/** One ConfigMap with each values file as a key, in their order; --set becomes the last one. */
function valuesMaps(source: ServiceSource, metadata: Meta): { apiVersion: string; kind: string; metadata: Meta & { labels?: object }; data: Record<string, string> }[] {
  const data: Record<string, string> = {}
  for (const [i, file] of source.files.entries()) {
    if (file.unreadable !== undefined) throw unsupported(`${file.path} is ${file.unreadable}, which Flux cannot read`, file.unreadable.startsWith('encrypted') ? 'Put it into a Secret, and name that with --values-from Secret/NAME:KEY.' : 'Use --values-as inline.')
    data[`${String(i + 1).padStart(2, '0')}-${file.path.split('/').at(-1)!.replaceAll(/[^\w.-]/g, '-')}`] = file.text
  }
  if (source.set.length > 0) throw unsupported('--set is no file, and cannot stand in a ConfigMap', 'Use --values-as inline, or write it into a values file.')
  return Object.keys(data).length === 0 ? [] : [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: `${metadata.name}-values`, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } }, data }]
}

/** Flux ignores by JSON pointers, which know no "every item": of such an object nothing is compared. */
function wholeObjects(source: ServiceSource): { paths: string[]; target: { kind: string; name: string } }[] {
  return source.traits.foreignFields.filter((f) => f.pointer.includes('*')).map(({ kind, name }) => ({ paths: [''], target: { kind, name: exactly(name) } }))
}

/** Selectors are regular expressions. */
const exactly = (name: string): string => `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`

/** As Go's durations: 5m, 90s. */
function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60}m` : `${seconds}s`
}

/** What Flux does otherwise than Pintle. */
function differences(source: ServiceSource, options: FluxOptions): Difference[] {
  const { traits } = source
  const out = new Differences()
  if (source.smokeChecks > 0) out.add('no-smoke-checks', `Flux does not run the smoke checks (${source.smokeChecks})`)
  for (const f of traits.foreignFields.filter((x) => x.pointer.includes('*'))) out.add('whole-object-ignored', `Flux cannot ignore ${f.pointer} of ${f.kind}/${f.name} alone (${f.why}): drift of the whole object is ignored`)
  if (source.chart.kind === 'oci' && source.chart.digest === undefined) out.add('chart-by-tag', `Flux takes the chart by its tag ${source.chart.version}: \`pintle pin\` finds its digest`)
  for (const template of traits.changing) out.add('changing-templates', `${template} renders differently each time: what was reviewed is not what Flux applies`)
  if (traits.hasCrds) out.add('crds-not-upgraded', 'Flux installs the CRDs of crds/ and does not upgrade them (upgrade.crds: Skip), as Helm does')
  if (options.valuesAs === 'inline') {
    for (const path of nullPaths(source.values)) out.add('null-values', `${path} is null: kubectl apply drops it from the HelmRelease without --server-side, and the default stays`)
    for (const template of traits.retyped) out.add('retyped-values', `${template} renders otherwise once the values of --set are YAML, where whole numbers are floats`)
    if (source.files.length > 0) out.add('copied-values', 'the values are a copy: changes of the values files do not reach the cluster before this is written again')
  }
  return out.all
}
