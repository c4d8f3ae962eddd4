import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../chart/index.ts'
import { valuesTypes } from './index.ts'

function typesOf(files: Record<string, string>): string {
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', ...files }
  return valuesTypes(loadFiles(Object.entries(all).map(([name, text]) => ChartFile.fromText(name, text)), 'v2'))
}

/** The interface Values alone. */
const values = (files: Record<string, string>): string => /export (?:interface Values|type Values =) ([\s\S]*?)\n\n\/\*\*\n \* What a values file/.exec(typesOf(files))![1]!
const fromSchema = (schema: object): string => values({ 'values.schema.json': JSON.stringify(schema) })

test('from values.yaml, with its comments', () => {
  expect(values({
    'values.yaml': `## @param image.tag [string] The tag, not */ latest
# How many
#
# At least one.
replicas: 1 # not this
image:
  # -- (string) Which image
  # @default -- the newest
  repository: shop
  tag: ""
  "pull-policy": null # Always or Never

# About nothing.

ports: [{name: http, port: 80}, {name: b, port: 81, protocol: TCP}]
resources: {}
labels: {a: b}
args: []
debug: false
`,
    'templates/x.yaml': '{{ toYaml .Values.labels }}',
  })).toBe(`{
  /**
   * How many
   *
   * At least one.
   */
  replicas: number
  image: {
    /**
     * Which image
     * @default the newest
     */
    repository: string
    /** The tag, not *\\/ latest */
    tag: string
    /** Always or Never */
    "pull-policy": unknown
  }
  ports: Array<{
    name?: string
    port?: number
    protocol?: string
    [key: string]: unknown
  }>
  resources: {
    [key: string]: unknown
  }
  labels: {
    a: string
    [key: string]: unknown
  }
  args: unknown[]
  debug: boolean
}`)
})

test.each([
  [{ type: ['string', 'null'] }, 'x?: string | null'],
  [{ enum: ['a', 1, null, true] }, 'x?: "a" | 1 | null | true'],
  [{ const: 'a' }, 'x?: "a"'],
  [{ type: 'integer' }, 'x?: number'],
  [{ type: 'array', items: { type: 'string' } }, 'x?: string[]'],
  [{ type: 'array', items: { type: ['string', 'number'] } }, 'x?: Array<string | number>'],
  [{ type: 'array', items: [{ type: 'string' }], additionalItems: false }, 'x?: [(string)?]'],
  [{ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } }, 'x?: [(string)?, ...Array<number>]'],
  [{ type: 'object' }, 'x?: { [key: string]: unknown }'],
  [{ type: 'object', additionalProperties: false }, 'x?: Record<string, never>'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'x?: { [key: string]: string }'],
  [{ type: 'object', properties: { a: { type: 'number' } }, additionalProperties: { type: 'string' } }, 'x?: { a?: number [key: string]: string | number | undefined }'],
  [{ type: 'object', patternProperties: { '^a': { type: 'string' } } }, 'x?: { [key: string]: string }'],
  [{ type: 'object', properties: { a: true, 'b-c': false }, required: ['a'] }, 'x?: { a: unknown "b-c"?: never }'],
  [{ allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { properties: { b: { type: 'string' } } }] }, 'x?: { a?: string } & { b?: string }'],
  [{ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, 'x?: string | string[]'],
  [{ type: 'object', properties: { a: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, 'x?: { a?: string }'],
  [{ $ref: '#/definitions/thing' }, 'x?: Thing'],
  [{ $ref: '#named' }, 'x?: Thing'],
  [{ $ref: 'https://example.com/other.json' }, 'x?: unknown'],
  [{ $ref: '#/definitions/nowhere' }, 'x?: unknown'],
  [{ $ref: '#/definitions/thing', description: 'Why' }, '/** Why */ x?: Thing'],
  [{ type: 'string', title: 'A title', default: 'd', deprecated: true }, '/** * A title * @deprecated * @default "d" */ x?: string'],
] as const)('from a schema: %j', (schema, type) => {
  expect(fromSchema({ properties: { x: schema }, definitions: { thing: { $anchor: 'named', type: 'string' } } }).replaceAll(/\s+/g, ' ')).toBe(`{ ${type} }`)
})

test('what a schema leaves out and does not forbid comes from values.yaml', () => {
  const schema = { type: 'object', properties: { a: { type: 'object', properties: { b: { type: ['string', 'null'] } } }, closed: { type: 'object', additionalProperties: false, properties: { d: { type: 'string' } } } } }
  expect(values({ 'values.schema.json': JSON.stringify(schema), 'values.yaml': 'a: {b: x, c: 1}\nclosed: {d: x, e: 1}\n# Said here.\nf: true\n', 'templates/x.yaml': 'x' }).replaceAll(/\s+/g, ' ')).toBe(
    '{ a?: { b?: string | null c?: number } closed?: { d?: string } /** Said here. */ f?: boolean }',
  )
})

const charts: Record<string, Record<string, string>> = {
  inferred: { 'values.yaml': 'replicas: 1\nimage: {tag: x}\nextra: {}\n', 'templates/x.yaml': '{{ .Values.replicas }}{{ .Values.image.tag }}{{ toYaml .Values.extra }}' },
  recursive: {
    'values.schema.json': JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: false,
      properties: { tree: { $ref: '#/definitions/node' }, self: { $ref: '#' }, odd: { $ref: '#/definitions/a' }, Array: { $ref: '#/definitions/Values' }, 'we ird': { $ref: '#/definitions/1%20x~1y' } },
      definitions: {
        node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/definitions/node' } } } }, a: { $ref: '#/definitions/b' }, b: { anyOf: [{ $ref: '#/definitions/a' }, { type: 'string' }] },
        Values: { type: 'object', properties: { x: { type: 'string' } }, additionalProperties: { type: 'number' } }, '1 x/y': { type: 'boolean' },
      },
    }),
  },
  umbrella: {
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.0.0, alias: store, condition: store.enabled}\n- {name: gone, version: 1.0.0}\n',
    'values.yaml': 'own: 1\nglobal: {region: eu}\nstore: {enabled: true, size: 2}\n', 'templates/x.yaml': '{{ .Values.own }}',
    'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n', 'charts/db/values.yaml': '# In GiB\nsize: 1\nglobal: {zone: a}\n', 'charts/db/templates/x.yaml': '{{ .Values.size }}',
  },
}
const uses: Record<string, string> = {
  inferred: `export const good = { replicas: 2, image: { tag: null }, extra: { anything: [1] } } satisfies ValuesFile
// @ts-expect-error a name that is not there
export const typo = { replica: 2 } satisfies ValuesFile
// @ts-expect-error a wrong type
export const wrong = { replicas: 'two' } satisfies ValuesFile`,
  recursive: `export const good = { tree: { children: [{ children: [] }] }, self: { self: { odd: 'x' } }, Array: { x: 'a', y: 1 }, 'we ird': true } satisfies ValuesFile
// @ts-expect-error closed
export const more = { other: 1 } satisfies ValuesFile
// @ts-expect-error deep below
export const deep = { tree: { children: [{ children: 5 }] } } satisfies ValuesFile`,
  umbrella: `export const good = { own: 2, store: { enabled: false, size: 5 }, gone: { x: 1 }, global: { region: 'us', zone: 'b', more: 1 } } satisfies ValuesFile
// @ts-expect-error a value the subchart does not have
export const typo = { store: { sise: 1 } } satisfies ValuesFile
// @ts-expect-error a wrong type in the subchart
export const wrong = { store: { size: 'big' } } satisfies ValuesFile`,
}

test('what is written compiles, and checks values files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-types-'))
  for (const [name, files] of Object.entries(charts)) writeFileSync(join(folder, `${name}.ts`), `${typesOf(files)}\n${uses[name]}\n`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, exactOptionalPropertyTypes: true, module: 'esnext', target: 'es2022', types: [] }, include: ['*.ts'] }))
  let said = ''
  try {
    execFileSync(resolve(import.meta.dirname, '../../../node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  } catch (error) {
    said = (error as { stdout: string }).stdout
  }
  expect(said).toBe('')
}, 30_000)

test('hostile schemas end', () => {
  expect(fromSchema(JSON.parse(`${'{"allOf":['.repeat(3000)}{}${']}'.repeat(3000)}`))).toBe('unknown')
  expect(fromSchema({ properties: { ['__proto__']: { type: 'string' }, constructor: { $ref: '#/definitions/__proto__' } }, definitions: {} })).toContain('constructor?: unknown')
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, { type: 'object', properties: { a: { $ref: `#/definitions/d${(i + 1) % 40}` }, b: { $ref: `#/definitions/d${(i + 7) % 40}` } } }]))
  expect(typesOf({ 'values.schema.json': JSON.stringify({ $ref: '#/definitions/d0', definitions: wide }) }).length).toBeLessThan(20_000)
})
