import { toValues, type ReleaseRecord } from '../../cluster/release/index.ts'
import { GoObject, NilSlice, StringMap, TypedSlice, int, localLocation, parseTime, type Kind, type Value } from '../../language/go/index.ts'
import { runTemplate } from './name-template.ts'
import { versions } from './versions.ts'

/** `pintle version --template`: .Version, .HelmVersion, .NodeVersion */
export function renderVersionTemplate(template: string): string {
  return runTemplate('_', template, new Map([['Version', `v${versions.pintle}`], ['HelmVersion', `v${versions.helm}`], ['NodeVersion', process.version]]))
}

/** `pintle get all --template`: .Release with the fields of Go's structs. Upstream: pkg/release/v1/release.go. */
export function renderReleaseTemplate(template: string, r: ReleaseRecord, labels: Readonly<Record<string, string>>): string {
  const i = r.info
  const info = new Struct('*v1.Info', [
    ['FirstDeployed', time(i.first_deployed)], ['LastDeployed', time(i.last_deployed)], ['Deleted', time(i.deleted)], ['Description', i.description ?? ''],
    ['Status', i.status], ['RollbackRevision', int(i.rollback_revision ?? 0)], ['Notes', i.notes ?? ''],
  ])
  const hooks = r.hooks.map((h) => new Struct('*v1.Hook', [
    ['Name', h.name], ['Kind', h.kind], ['Path', h.path], ['Manifest', h.manifest], ['Events', list('[]v1.HookEvent', h.events)],
    ['LastRun', new Struct('v1.HookExecution', [['StartedAt', time(h.last_run.started_at)], ['CompletedAt', time(h.last_run.completed_at)], ['Phase', h.last_run.phase]])],
    ['Weight', int(h.weight ?? 0)], ['DeletePolicies', list('[]v1.HookDeletePolicy', h.delete_policies ?? [])], ['OutputLogPolicies', list('[]v1.HookOutputLogPolicy', h.output_log_policies ?? [])],
  ]))
  // Go's static type of what a map holds is the empty interface, and its errors name that.
  const release = new Struct('interface {}', [
    ['Name', r.name], ['Info', info], ['Chart', r.chart ? chartOf(r.chart) : null], ['Config', toValues(r.config)], ['Manifest', r.manifest], ['Hooks', list('[]*v1.Hook', hooks)],
    ['Version', int(r.version)], ['Namespace', r.namespace], ['Labels', stringMap(labels)], ['ApplyMethod', r.apply_method ?? ''],
  ])
  return runTemplate('_', template, new Map<string, Value>([['Release', release]]))
}

/** A struct behind a pointer, by its exported fields. */
class Struct extends GoObject {
  readonly goType: string
  readonly goKind: Kind = 'ptr'
  readonly #fields: readonly (readonly [string, Value])[]
  constructor(goType: string, fields: readonly (readonly [string, Value])[]) {
    super()
    this.goType = goType
    this.#fields = fields
  }
  override fields(): readonly (readonly [string, Value])[] {
    return this.#fields
  }
}

function chartOf(chart: NonNullable<ReleaseRecord['chart']>): Struct {
  const m = chart.metadata ?? {}
  const text = (key: string): Value => String(m[key] ?? '')
  const files = (of: typeof chart.files) => list('[]*common.File', (of ?? []).map((f) => new Struct('*common.File', [['Name', f.name], ['Data', new Uint8Array(Buffer.from(f.data ?? '', 'base64'))]])))
  const metadata = new Struct('*v2.Metadata', [
    ['Name', text('name')], ['Home', text('home')], ['Sources', list('[]string', m.sources ?? [])], ['Version', text('version')], ['Description', text('description')],
    ['Keywords', list('[]string', m.keywords ?? [])],
    ['Maintainers', list('[]*v2.Maintainer', (m.maintainers ?? []).map((x: Record<string, string>) => new Struct('*v2.Maintainer', [['Name', x.name ?? ''], ['Email', x.email ?? ''], ['URL', x.url ?? '']])))],
    ['Icon', text('icon')], ['APIVersion', text('apiVersion')], ['Condition', text('condition')], ['Tags', text('tags')], ['AppVersion', text('appVersion')],
    ['Deprecated', m.deprecated === true], ['Annotations', stringMap(m.annotations ?? {})], ['KubeVersion', text('kubeVersion')],
    ['Dependencies', list('[]*v2.Dependency', (m.dependencies ?? []).map((d: Record<string, Value>) => new Struct('*v2.Dependency', [
      ['Name', d.name ?? ''], ['Version', d.version ?? ''], ['Repository', d.repository ?? ''], ['Condition', d.condition ?? ''], ['Enabled', d.enabled ?? false], ['Alias', d.alias ?? ''],
    ])))],
    ['Type', text('type')],
  ])
  return new Struct('*v2.Chart', [['Metadata', metadata], ['Templates', files(chart.templates)], ['Values', toValues(chart.values)], ['Files', files(chart.files)]])
}

function list(goType: string, items: readonly Value[]): Value {
  return items.length === 0 ? NilSlice.ofType(goType) : TypedSlice.make(goType, items)
}

function stringMap(entries: Readonly<Record<string, string>>): Value {
  return new StringMap(Object.entries(entries))
}

function time(text: string | undefined): Value {
  const layout = '2006-01-02T15:04:05Z07:00'
  return parseTime(layout, text || '0001-01-01T00:00:00Z', undefined, localLocation(process.env.TZ || Intl.DateTimeFormat().resolvedOptions().timeZone))
}
