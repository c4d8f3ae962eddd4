/** Facts for tests of rules: a release to prod, of which only what a test names is known. */
import type { Facts, ImageFacts, InputFacts, ManifestFacts, OutcomeFacts, ProcessFacts, RenderedObject, TargetFacts } from '../../src/delivery/policy/index.ts'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import { parseDocument } from '../../src/language/yaml/index.ts'

export const now = new Date('2026-11-26T12:00:00Z')

export function facts(known: Partial<Facts> = {}): Facts {
  return { environment: 'prod', service: 'shop', now, run: { operator: 'ada@example.com', ciRequired: false }, ...known }
}

/** Facts with these manifests, as YAML documents: hooks are told by their annotation, CRDs by their kind. */
export function manifests(yaml: string, more: Partial<ManifestFacts> = {}): Facts {
  const all = yaml.split(/^---$/m).flatMap((text): RenderedObject[] => {
    const object = parseDocument(text) as KubeObject | null
    if (object === null) return []
    const events = object.metadata.annotations?.['helm.sh/hook']
    const hook = events === undefined ? undefined : {
      events: events.split(',').map((e) => e.trim()), weight: Number(object.metadata.annotations?.['helm.sh/hook-weight'] ?? 0),
      deletePolicies: (object.metadata.annotations?.['helm.sh/hook-delete-policy'] ?? 'before-hook-creation').split(',').map((p) => p.trim()),
    }
    return [{ source: `shop/templates/${object.kind.toLowerCase()}.yaml`, object, ...(hook && { hook }) }]
  })
  return facts({ manifests: { objects: all.filter((o) => !o.hook), hooks: all.filter((o) => o.hook), crds: [], recordBytes: 1000, ...more } })
}

/** Facts about where it goes. */
export function target(more: Partial<TargetFacts>): Facts {
  return facts({ target: { context: 'us-east-prod', clusterUid: '', namespace: 'shop', namespaceExplicit: true, serverVersion: 'v1.36.3', simulated: false, ...more } })
}

/** Facts about how it goes. */
export const processed = (process: ProcessFacts): Facts => facts({ process })

/** Facts about a plan file. */
export const planned = (plan: Partial<NonNullable<ProcessFacts['plan']>>, more: ProcessFacts = {}): Facts =>
  processed({ ...more, plan: { digest: 'sha256:0', created: '2026-11-26T09:00:00Z', expires: '2026-11-27T09:00:00Z', author: 'ada', ...plan } })

/** Facts about how it ended. */
export const outcome = (more: Partial<OutcomeFacts>, process?: ProcessFacts): Facts => facts({ outcome: { outcome: 'succeeded', checks: [], ...more }, ...(process && { process }) })

/** A Deployment, or another kind of `apps/v1`, around a pod's spec in YAML flow style. */
export const workload = (podSpec: string, { kind = 'Deployment', name = 'web', spec = '', labels = '{}' } = {}): string => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { ${spec}${spec === '' ? '' : ', '}template: { metadata: { labels: ${labels} }, spec: ${podSpec} } }\n`

/** A Job that runs as a hook. */
export const hookJob = (podSpec: string, { name = 'migrate', events = 'pre-upgrade', weight = '0', policy = '', spec = '', annotations = '' } = {}): string => [
  'apiVersion: batch/v1', 'kind: Job', 'metadata:', `  name: ${name}`,
  `  annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}"${policy === '' ? '' : `, helm.sh/hook-delete-policy: "${policy}"`}${annotations === '' ? '' : `, ${annotations}`} }`,
  `spec: { ${spec}${spec === '' ? '' : ', '}template: { spec: ${podSpec} } }`, '',
].join('\n')

/** A hook Job that runs a shell script. */
export const hookScript = (script: string, options: Parameters<typeof hookJob>[1] = {}, volumes = '[]'): string => hookJob(`{ containers: [{ name: run, image: x, command: [sh, -c, ${JSON.stringify(script)}] }], volumes: ${volumes} }`, options)

type ChartFacts = NonNullable<InputFacts['chart']>

const chart: ChartFacts = { reference: 'repo/shop', name: 'shop', version: '1.4.2', digest: `sha256:${'c'.repeat(64)}`, wantedVersion: '1.4.2', dependencies: [], local: false }

/** Facts with these inputs, over those of a plain chart without images. */
export function inputs({ chart: ofChart, ...known }: Partial<Omit<InputFacts, 'chart'>> & { chart?: Partial<ChartFacts> } = {}): Facts {
  return facts({ inputs: { chart: { ...chart, ...ofChart }, images: [], values: [], setKeys: [], ...known } })
}

/** Facts with this image. */
export const image = (reference: string, known: Partial<ImageFacts> = {}): Facts => inputs({ images: [{ image: reference, usedBy: ['Deployment/web'], ...known }] })

/** Facts with changes in the cluster. */
export const changes = (objects: NonNullable<Facts['changes']>['objects'], acknowledged: readonly string[] = []): Facts => facts({ changes: { objects, acknowledged, unchangedReleases: [] } })
