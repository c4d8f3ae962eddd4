import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '../../../language/go/index.ts'
import { ChartFile } from '../chart-file.ts'
import { QuickSchema } from './quick-schema.ts'
import { SchemaValidator } from './schema-validator.ts'
import { validate } from './validator.ts'

function exactly(text: string, values: Value): boolean {
  try {
    return validate(new SchemaValidator().compile(ChartFile.fromText('values.schema.json', text)), values) === undefined
  } catch {
    return false
  }
}

const quickly = (text: string, values: Value): boolean => QuickSchema.of(text)?.allows(values) ?? false

const values = new Map<string, Value>([['name', 'x'], ['port', 80], ['tags', ['a', 'b']], ['nested', new Map<string, Value>([['on', true]])]])

test.each([
  'true', '{}', '{"type":"object","properties":{"port":{"type":"integer","minimum":1,"maximum":65535}},"required":["name"]}',
  '{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/top","definitions":{"top":{"properties":{"name":{"pattern":"^x$","minLength":1}}}}}',
  '{"properties":{"tags":{"items":{"enum":["a","b"]},"maxItems":2},"nested":{"$ref":"#/$defs/n"}},"$defs":{"n":{"additionalProperties":{"type":"boolean"}}}}',
  '{"if":{"required":["port"]},"then":{"properties":{"port":{"type":["integer","null"]}}},"else":false}',
  '{"allOf":[{"type":"object"}],"anyOf":[false,true],"oneOf":[{"required":["nope"]},{"minProperties":4}],"not":{"required":["nope"]}}',
])('allows by %s', (text) => {
  expect(quickly(text, values)).toBe(true)
  expect(exactly(text, values)).toBe(true)
})

test.each([
  '', '{', '[]', '{"type":"text"}', '{"required":["a","a"]}', '{"properties":{"a":1}}', '{"$ref":"#/$defs/none"}', '{"$ref":"https://example.com/x"}', '{"pattern":"("}',
  '{"uniqueItems":true}', '{"minLength":-1}', '{"$schema":"http://json-schema.org/draft-04/schema#"}', '{"$ref":"#"}', '{"type":"string"}', '{"properties":{"name":{"enum":["y"]}}}',
])('leaves %s to the validator', (text) => expect(quickly(text, values)).toBe(false))

test('what it allows is valid', () => {
  const names = fc.constantFrom('a', 'b', '__proto__', 'constructor')
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.boolean(), fc.constantFrom({ type: 'string' }, { type: 'integer' }, { type: ['object', 'null'] }, { $ref: '#/$defs/b' }, { const: 1 }), fc.record({
      type: fc.constantFrom('object', 'array', 'number', 'nonsense'), properties: fc.dictionary(names, tie('schema')), items: tie('schema'), additionalProperties: tie('schema'),
      required: fc.array(names, { maxLength: 2 }), minimum: fc.constantFrom(0, 1, 0.1, 2.5), maxLength: fc.constantFrom(0, 1, -1), not: tie('schema'), anyOf: fc.array(tie('schema'), { maxLength: 2 }),
      oneOf: fc.array(tie('schema'), { maxLength: 2 }), if: tie('schema'), then: tie('schema'), enum: fc.constantFrom([1, 'x'], [], [1, 1]), $defs: fc.record({ b: tie('schema') }),
      $schema: fc.constantFrom('http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2020-12/schema'),
    }, { requiredKeys: [] })),
  }))
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.constantFrom<Value[]>(null, true, 'x', 0, 1, 2.5, 1e21), fc.array(tie('value'), { maxLength: 2 }), fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map((e) => new Map(e))),
  }))
  let allowed = 0
  fc.assert(fc.property(schema, value, (s, v) => {
    const text = JSON.stringify(s)
    if (!quickly(text, v)) return
    allowed++
    expect(exactly(text, v)).toBe(true)
  }), { numRuns: 3000, seed: 7 })
  expect(allowed).toBeGreaterThan(200)
})
