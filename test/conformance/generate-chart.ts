import type { Random } from './random.ts'

const odd = [
  'plain: [a, {b: c}, [d]]', 'block: |-\n    a\n     b\n\n', 'folded: >+\n    one\n    two\n\n    three\n', 'anchor: &x {p: 1, q: [2]}\nalias: *x', 'base: &b {p: 1, r: 2}\nmerged: {<<: *b, p: 3}',
  'quoted: "a\\u00e9\\x41\\n\\\n    b"', "single: 'it''s\n  folded'", '? complex\n: yes', 'oct: 0o17', 'oct1: 017', 'bin: 0b11', 'hex: 0xFF', 'sexa: 1:30', 'inf: .inf', 'nan: .NaN', 'date: 2001-12-14t21:59:43.10-05:00', 'bin64: !!binary aGk=',
  'tagstr: !!str 12', 'tagint: !!int "7"', 'tagfloat: !!float 3', 'nulls: [~, null, Null, NULL, ]', 'bools: [y, n, Y, on, Off, TRUE, False]', '1: intkey', '1.5: floatkey', 'true: boolkey', 'null: nullkey', '"": emptykey', 'dup: 1\ndup: 2',
  'nums: [1., +1, -.5, 1e3, 1_0.5, 0.1e-7, 123456789012345678901234567890, -0.0, 1e400, 0x, 08, 0o8]', 'empty:', '__proto__: {a: 1}', 'constructor: x', 'tab: "\\t"', 'hash: a#b # c', 'multi: a\n  b\n  c', '"quo:ted": \'\'',
  'seq:\n- - 1\n  - 2\n- k: v\n  l: w', 'emoji: "\\U0001F600"', 'sp ace: v', 'x-y.z/w: v', 'long: "' + 'word '.repeat(40) + '"', 'bad: [1', 'bad: a: b', '\tbad: 1', 'bad: *nope', 'bad: "\\q"', '%bad: 1', 'set: !!set {a, b}', 'omap: !!omap [a: 1]', 'ts: !!timestamp 2001-01-01', 'u: !custom x',
]

/** A values file with YAML's oddities beside the keys templates ask for. */
export function oddYaml(r: Random): string {
  return Array.from({ length: 1 + r.below(4) }, () => `${r.pick(r.chance(0.1) ? odd : odd.filter((o) => !o.includes('bad')))}\n`).join('')
}

/** A schema: mostly one that the values meet somewhere and miss elsewhere. */
export function schemaText(r: Random): string {
  const drafts = ['http://json-schema.org/draft-04/schema#', 'http://json-schema.org/draft-06/schema#', 'http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2019-09/schema', 'https://json-schema.org/draft/2020-12/schema']
  const schema: Record<string, unknown> = { ...(r.chance(0.8) ? { $schema: r.pick(drafts) } : {}), $defs: { pos: { type: 'number', exclusiveMinimum: 0 }, rec: { properties: { nested: { $ref: '#/$defs/rec' }, num: { $ref: '#/$defs/pos' } } } }, ...part(r, 0) as object }
  if (r.chance(0.02)) schema.type = 'objekt'
  return JSON.stringify(schema)
}

function part(r: Random, depth: number): unknown {
  const sub = () => part(r, depth + 1)
  const keys = ['str', 'num', 'flag', 'list', 'map', 'nested', 'empty', 'a', 'b', 'k 1', 'global']
  const some = (n: number) => Array.from({ length: 1 + r.below(n) }, () => r.pick(keys))
  const of = <T>(n: number, make: () => T) => Array.from({ length: 1 + r.below(n) }, make)
  const simple: (() => Record<string, unknown>)[] = [
    () => ({ type: r.pick(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null', ['string', 'null'], ['integer', 'object']]) }),
    () => ({ enum: r.pick([[1, 'a', null], [{ a: 1 }, [1]], ['hello', true], [1000000]]) }), () => ({ const: r.pick([1, 'hello', null, { a: 1 }, [1, 2], true]) }),
    () => ({ minLength: r.below(5), maxLength: r.below(9) }), () => ({ pattern: r.pick(['^[a-z]+$', '\\d', '^\\p{L}', '(']) }),
    () => ({ format: r.pick(['date', 'date-time', 'uri', 'email', 'ipv4', 'ipv6', 'hostname', 'uuid', 'regex', 'semver', 'duration', 'json-pointer', 'unknown']) }),
    () => ({ minimum: r.below(5), maximum: 3 + r.below(50) }), () => ({ exclusiveMaximum: r.pick([3, 1e6, true]), maximum: 7 }), () => ({ multipleOf: r.pick([2, 0.01, 0.5]) }), () => ({ $ref: r.pick(['#/$defs/pos', '#/$defs/rec', '#', '#/$defs/missing']) }),
    () => ({ minItems: r.below(4), maxItems: 1 + r.below(4), uniqueItems: r.chance(0.5) }), () => ({ required: some(3) }), () => ({ minProperties: r.below(6), maxProperties: 1 + r.below(7) }),
    () => ({ dependencies: { str: some(2) } }), () => ({ dependentRequired: { num: some(2) } }), () => ({}),
  ]
  const deep: (() => unknown)[] = [
    () => ({ properties: Object.fromEntries(some(4).map((k) => [k, sub()])) }), () => ({ properties: Object.fromEntries(some(4).map((k) => [k, sub()])), additionalProperties: r.pick([false, sub()]) }),
    () => ({ patternProperties: { [r.pick(['^[a-m]', 'e', '.'])]: sub() } }), () => ({ propertyNames: sub() }), () => ({ items: r.pick([sub(), [sub(), sub()]]), additionalItems: r.chance(0.5) }), () => ({ prefixItems: of(2, sub), items: sub() }), () => ({ contains: sub(), minContains: r.below(3) }),
    () => ({ allOf: of(2, sub) }), () => ({ anyOf: of(3, sub) }), () => ({ oneOf: of(3, sub) }), () => ({ not: sub() }), () => ({ if: sub(), then: sub(), else: sub() }), () => ({ unevaluatedProperties: false, properties: { str: sub() } }), () => ({ dependentSchemas: { str: sub() } }), () => r.chance(0.5),
  ]
  if (depth > 3 || (depth > 0 && r.chance(0.4))) return r.pick(simple)()
  return depth === 0 ? { type: 'object', properties: Object.fromEntries(keys.filter(() => r.chance(0.5)).map((k) => [k, sub()])), ...(r.chance(0.3) ? deep[r.below(deep.length - 1)]!() as object : {}) } : r.pick(deep)()
}

/** Subcharts: conditions, tags, aliases, import-values, exports, globals, libraries, chart versions that do and do not fit. */
export function subcharts(r: Random, template: () => string, values: () => string): { metadata: string; values: string; files: Record<string, string> } {
  const files: Record<string, string> = {}
  let metadata = 'dependencies:\n'
  let own = `tags: {front: ${r.pick(['true', 'false'])}, back: ${r.pick(['true', 'false', '"x"'])}}\nglobal:\n  g: ${r.pick(['1', 'x', '{h: 2}'])}\n`
  for (const name of ['sub', 'two', 'lib'].filter(() => r.chance(0.6))) {
    const alias = r.chance(0.25) ? `${name}-alias` : undefined
    metadata += `- name: ${r.chance(0.03) ? 'absent' : name}\n  version: ${r.pick(['"*"', '1.x', '~1.2.0', '">=2"', '^1', '1.2.3'])}\n  repository: ""\n${alias ? `  alias: ${alias}\n` : ''}`
    if (r.chance(0.5)) metadata += `  condition: ${r.pick([`${name}.enabled`, `${name}.enabled,global.g`, 'nothing.here', 'flag', `${alias ?? name}.on`])}\n`
    if (r.chance(0.4)) metadata += `  tags: [${r.pick(['front', 'back', 'front, back', 'unknown'])}]\n`
    if (r.chance(0.4)) metadata += `  import-values: ${r.pick(['[data]', '[{child: map, parent: imported}]', '[{child: exports.data, parent: .}]', '[{child: nope, parent: x}, data]', '[{child: global, parent: gg}]', '[{child: default.x}]'])}\n`
    own += `${alias ?? name}:\n  enabled: ${r.pick(['true', 'false', 'null', '"yes"'])}\n  str: ${r.pick(['over', 'null', '1'])}\n${r.chance(0.3) ? '  global: {g: 3, k: v}\n' : ''}${r.chance(0.2) ? '  map: null\n' : ''}`
    files[`charts/${name}/Chart.yaml`] = `apiVersion: v2\nname: ${name}\nversion: ${r.pick(['1.2.3', '1.9.0', '2.0.0-rc.1'])}\n${name === 'lib' ? 'type: library\n' : ''}${r.chance(0.2) ? 'appVersion: 1.0\n' : ''}`
    files[`charts/${name}/values.yaml`] = `${values()}exports:\n  data:\n    fromSub: ${name}\n    map: {z: 1}\n`
    files[`charts/${name}/templates/${r.pick(['s.yaml', '_s.tpl', 'dir/t.yaml'])}`] = template()
    if (r.chance(0.15)) files[`charts/${name}/values.schema.json`] = schemaText(r)
  }
  return { metadata: metadata === 'dependencies:\n' ? '' : metadata, values: own, files }
}
