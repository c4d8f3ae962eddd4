/** The published schema of pintle.yaml and the code that reads it know the same keys. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readRequirement, readTrust } from '../src/delivery/attestation/index.ts'
import { parseBusinessHours, parseIncidentSettings } from '../src/delivery/doctor/index.ts'
import { parseEvidenceSettings } from '../src/delivery/evidence/index.ts'
import { readGates } from '../src/delivery/gates/index.ts'
import { phases, readNotify } from '../src/delivery/notify/index.ts'
import { readWatch } from '../src/delivery/verify/index.ts'
import { readServiceImage } from '../src/delivery/plan/index.ts'
import { projectShape, type Shape } from '../src/delivery/plan/project-shape.ts'
import { parsePolicySettings } from '../src/delivery/policy/index.ts'
import type { Fault } from '../src/delivery/settings/index.ts'
import { PintleError } from '../src/errors/index.ts'
import { StandaloneSchema } from '../src/charts/chart/index.ts'
import { unmarshal } from '../src/language/yaml/index.ts'

type Json = Record<string, any>
const schema = JSON.parse(readFileSync(`${import.meta.dirname}/../schema/pintle.schema.json`, 'utf8')) as Json

const resolved = (node: Json): Json => (typeof node.$ref === 'string' ? resolved(node.$ref.slice(2).split('/').reduce((at: Json | undefined, key: string) => at?.[key], schema) ?? {}) : node)
const at = (...path: string[]): Json => path.reduce((node: Json, key) => resolved(node[key] ?? {}), schema)
const keys = (node: Json): string[] => Object.keys(node.properties ?? {}).sort()

/** Every path of keys of the shape; names of maps are *. */
function* shapePaths(shape: Shape, above = ''): Generator<string> {
  for (const [key, item] of Object.entries(shape)) {
    yield above + key
    if (Array.isArray(item)) yield* shapePaths(item[1], `${above}${key}.*.`)
    else if (typeof item === 'object') yield* shapePaths(item as Shape, `${above}${key}.`)
  }
}

/** The same of the schema, as deep as the shape goes. */
function* schemaPaths(node: Json, shape: Shape, above = ''): Generator<string> {
  for (const [key, item] of Object.entries(resolved(node).properties as Json)) {
    yield above + key
    const known = shape[key]
    if (Array.isArray(known)) yield* schemaPaths(resolved(item).additionalProperties, known[1], `${above}${key}.*.`)
    else if (typeof known === 'object') yield* schemaPaths(item, known as Shape, `${above}${key}.`)
  }
}

it('knows the keys that the project file may have', () => {
  expect([...schemaPaths(schema, projectShape)].sort()).toEqual([...shapePaths(projectShape)].sort())
})

it('refers to what is there, and takes no key that it does not name', () => {
  const refs: string[] = []
  const open: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { $ref, properties, additionalProperties } = node as Json
    if (typeof $ref === 'string') refs.push($ref)
    if (properties !== undefined && !path.endsWith('/properties') && additionalProperties !== false) open.push(path)
    for (const [key, item] of Object.entries(node)) walk(item, `${path}/${key}`)
  }
  walk(schema, '#')
  expect(refs.length).toBeGreaterThan(3)
  expect(refs.filter((ref) => Object.keys(resolved({ $ref: ref })).length === 0)).toEqual([])
  expect(open).toEqual([])
})

const fault: Fault = (path, message, hint) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, hint === undefined ? {} : { hint })

/** The keys a reader says there are when it meets one that it does not know. */
function known(read: (unknown: Json) => unknown): string[] {
  try {
    read({ 'not-a-key-of-any-section': 1 })
  } catch (error) {
    const { message, hint = '' } = error as PintleError
    if (/unknown key/.test(message)) return hint.replace(/^There are: (.*)\.$/, '$1').split(', ').sort()
    throw error
  }
  throw new Error('it takes any key')
}

const environment = ['properties', 'environments', 'additionalProperties', 'properties']
const service = ['properties', 'services', 'additionalProperties', 'properties']
const evidence = (raw: unknown) => parseEvidenceSettings(raw, {}, fault)
const [policy] = (at(...environment, 'policy').anyOf as Json[]).filter((s) => s.type === 'object')
const sink = at('properties', 'evidence', 'properties', 'sinks', 'items')
const objectOf = (node: Json): Json => (node.oneOf as Json[]).map(resolved).find((s) => s.type === 'object')!

it.each<[string, Json, (unknown: Json) => unknown]>([
  ['policy', policy!, (raw) => parsePolicySettings(raw, fault)],
  ['policy.external', policy!.properties.external.items, (raw) => parsePolicySettings({ external: [raw] }, fault)],
  ['requires', at(...environment, 'requires'), (raw) => readRequirement(raw, fault)],
  ['businessHours', at(...environment, 'businessHours'), (raw) => parseBusinessHours(raw, fault)],
  ['incidents', at(...service, 'incidents'), (raw) => parseIncidentSettings(raw, 'shop', fault)],
  ['incidents.pagerduty', at(...service, 'incidents', 'properties', 'pagerduty'), (raw) => parseIncidentSettings({ pagerduty: raw }, 'shop', fault)],
  ['incidents.opsgenie', at(...service, 'incidents', 'properties', 'opsgenie'), (raw) => parseIncidentSettings({ opsgenie: raw }, 'shop', fault)],
  ['watch', objectOf(at('$defs', 'watch')), (raw) => readWatch({ for: '1m', ...(raw as object) }, fault)],
  ['image', at(...service, 'image'), (raw) => readServiceImage(raw, fault)],
  ['trust', at('properties', 'trust'), (raw) => readTrust(raw, '.', fault)],
  ['trust.identities', at('properties', 'trust', 'properties', 'identities', 'items'), (raw) => readTrust({ identities: [raw] }, '.', fault)],
  ['trust.identities.keyless', at('$defs', 'keyless'), (raw) => readTrust({ identities: [{ name: 'a', keyless: raw }] }, '.', fault)],
  ['evidence', at('properties', 'evidence'), evidence],
  ['evidence.store', objectOf(at('properties', 'evidence', 'properties', 'store')), (raw) => evidence({ store: raw })],
  ['evidence.events', at('properties', 'evidence', 'properties', 'events'), (raw) => evidence({ events: raw })],
  ['evidence.traces', at('properties', 'evidence', 'properties', 'traces'), (raw) => evidence({ traces: raw })],
  ['evidence.sinks', sink, (raw) => evidence({ sinks: [raw] })],
  ['evidence.sinks.oci', objectOf(sink.properties.oci), (raw) => evidence({ sinks: [{ oci: raw }] })],
  ['evidence.sinks.s3', sink.properties.s3, (raw) => evidence({ sinks: [{ s3: raw }] })],
  ['evidence.sinks.git', sink.properties.git, (raw) => evidence({ sinks: [{ git: raw }] })],
  ['slo', at('$defs', 'slo'), (raw) => readGates(raw, undefined, fault)],
  ['slo.metrics', at('$defs', 'slo', 'properties', 'metrics'), (raw) => readGates({ error_rate_max: 0.1, metrics: raw }, undefined, fault)],
  ['slo.queries', at('$defs', 'slo', 'properties', 'queries'), (raw) => readGates({ error_rate_max: 0.1, queries: raw }, undefined, fault)],
  ['slo.subset', objectOf(at('$defs', 'slo', 'properties', 'subset')), (raw) => readGates({ subset: raw }, undefined, fault)],
  ['slo.prometheus', objectOf(at('$defs', 'slo', 'properties', 'prometheus')), (raw) => readGates({ prometheus: raw }, undefined, fault)],
  ['gates', at('$defs', 'gate'), (raw) => readGates(undefined, [raw], fault)],
  ...(at('$defs', 'notify').items.oneOf as Json[]).map((entry): [string, Json, (unknown: Json) => unknown] => [`notify: ${entry.required[0]}`, entry, (raw) => readNotify([{ [entry.required[0]]: '${A}', ...raw }], fault)]),
])('knows the keys of %s that are read', (_name, node, read) => {
  expect(keys(resolved(node))).toEqual(known(read))
})

it('knows the channels and phases that people can be told by', () => {
  expect(at('$defs', 'phases').items.enum).toEqual(phases)
  const entries = at('$defs', 'notify').items.oneOf as Json[]
  expect(() => readNotify([{}], fault)).toThrow(`names one of ${entries.map((e) => e.required[0]).join(', ')}`)
})

it('passes the example, and nothing with a key that is not known', () => {
  const checks = new StandaloneSchema(JSON.stringify(schema))
  const example = readFileSync(`${import.meta.dirname}/../examples/pintle.yaml`, 'utf8')
  expect(checks.violations(unmarshal(example))).toEqual([])
  expect(checks.violations(unmarshal(`${example}\nservcies: {}\n`))).toHaveLength(1)
})
