import { describe, expect, test } from 'vitest'
import { ChartFile } from './chart-file.ts'
import { loadFiles } from './load-files.ts'
import { valueLayers } from './value-layers.ts'

const chart = loadFiles([
  ChartFile.fromText('Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
  ChartFile.fromText('values.yaml', 'image:\n  tag: "1"\ndb:\n  port: 5432\nglobal:\n  region: eu\n'),
  ChartFile.fromText('charts/db/Chart.yaml', 'apiVersion: v2\nname: db\nversion: 1.0.0\n'),
  ChartFile.fromText('charts/db/values.yaml', 'port: 1\nglobal: {region: us}\n'),
], 'v2')

const texts = new Map([['prod.yaml', 'a: 1\n---\nimage: {tag: "2"}\n'], ['empty.yaml', '']])

describe('layers of a value', () => {
  test('defaults, files, flags; the last wins', () => {
    const layers = valueLayers(chart, ['image', 'tag'], {
      valueFiles: ['prod.yaml', 'empty.yaml'], texts, setJson: ['{"image":{"tag":"3"}}'], set: ['image.tag=4'], setFile: ['image.tag=tag.txt'],
    })
    expect(layers).toEqual([
      { source: 'values.yaml of shop', file: 'values.yaml', line: 2, column: 3, kind: 'scalar', value: '1' },
      { source: 'prod.yaml', file: 'prod.yaml', line: 3, column: 9, kind: 'scalar', value: '2' },
      { source: '--set-json {...}', kind: 'flag', value: '3' },
      { source: '--set image.tag=...', kind: 'flag', value: 4 },
      { source: '--set-file image.tag=...', kind: 'flag', value: 'contents of tag.txt' },
    ])
  })

  test('subcharts: their own defaults below those of the parent', () => {
    expect(valueLayers(chart, ['db', 'port'], {}).map((l) => [l.source, l.file, l.value])).toEqual([
      ['values.yaml of db', 'charts/db/values.yaml', 1], ['values.yaml of shop', 'values.yaml', 5432],
    ])
  })

  test('globals of a subchart come from above', () => {
    expect(valueLayers(chart, ['db', 'global', 'region'], {}).map((l) => [l.source, l.value])).toEqual([
      ['values.yaml of db', 'us'], ['values.yaml of shop', 'eu'],
    ])
  })

  test('broken sources are left out', () => {
    expect(valueLayers(chart, ['x'], { valueFiles: ['b.yaml'], texts: new Map([['b.yaml', 'x: [']]), set: ['x'] })).toEqual([])
  })
})
