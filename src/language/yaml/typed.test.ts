import { expect, it } from 'vitest'
import { jsonMarshal, type Shape, type Value } from '../go/index.ts'
import typedVectors from './typed-vectors.json' with { type: 'json' }
import { anyMap, unmarshalInto } from './index.ts'

const string: Shape = { kind: 'string' }
const chartType = 'struct { Maintainers []*v2.Maintainer "json:\\"maintainers\\""; Deprecated bool "json:\\"deprecated\\""; Weight int8 "json:\\"weight\\""; Labels map[string]string "json:\\"labels\\"" }'
/** The target of the judge's mode `maintainers`. */
const target: Shape = {
  kind: 'struct', type: `struct { Chart ${chartType} "json:\\"chart\\"" }`, name: '',
  fields: [{
    name: 'chart',
    shape: {
      kind: 'struct', name: '', type: chartType,
      fields: [
        {
          name: 'maintainers',
          shape: { kind: 'slice', elem: { kind: 'ptr', elem: { kind: 'struct', type: 'v2.Maintainer', name: 'Maintainer', fields: ['name', 'email', 'url'].map((name) => ({ name, shape: string })) } } },
        },
        { name: 'deprecated', shape: { kind: 'bool' } },
        { name: 'weight', shape: { kind: 'int8' } },
        { name: 'labels', shape: { kind: 'map', elem: string } },
      ],
    },
  }],
}

/** The value in the form Go marshals the struct: with its zero values. */
function filled(v: Value): string {
  const chart = ((v as Map<string, Value> | null)?.get('chart') ?? new Map()) as Map<string, Value>
  const maintainers = chart.get('maintainers') as Map<string, Value>[] | null | undefined
  const one = (m: Map<string, Value> | null): string => m === null ? 'null' : `{${['name', 'email', 'url'].filter((k) => (m.get(k) ?? '') !== '').map((k) => `"${k}":${jsonMarshal(m.get(k)!)}`).join(',')}}`
  return `{"chart":{"maintainers":${maintainers ? `[${maintainers.map(one).join(',')}]` : 'null'},"deprecated":${jsonMarshal(chart.get('deprecated') ?? false)},"weight":${jsonMarshal(chart.get('weight') ?? 0)},"labels":${jsonMarshal(chart.get('labels') ?? null)}}}`
}

// Recorded by `go run . ../typed-vectors.json` in judge/, with UnmarshalStrict.
it('reads into typed targets with the errors of sigs.k8s.io/yaml and encoding/json', () => {
  const wrong: object[] = []
  for (const [text, want] of typedVectors.cases as [string, string][]) {
    let got: string
    try {
      got = `V${filled(unmarshalInto(text, target, { strict: true }))}`
    } catch (error) {
      got = `E${(error as Error).message}`
    }
    if (got !== want) wrong.push({ text, want, got })
  }
  expect(wrong).toEqual([])
})

it('leaves a map alone when the document is null', () => {
  expect(unmarshalInto('', anyMap)).toBe(null)
  expect(unmarshalInto('# nothing', anyMap)).toBe(null)
  expect(unmarshalInto('{}', anyMap)).toEqual(new Map())
})

it('says where the reader stood', () => {
  expect(() => unmarshalInto('a: 1\nb: c: d\n', anyMap)).toThrow(expect.objectContaining({ code: 'yaml.parse', details: { line: 2, column: 5 } }))
})
