import { describe, expect, test } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import { Chart } from './chart.ts'
import { ChartFile } from './chart-file.ts'
import { checkDependencies, processDependencies } from './dependencies.ts'
import { loadFiles } from './load-files.ts'
import { formatLogRecord } from './log.ts'
import type { Table } from './merge-maps.ts'
import { metadataAsMap } from './metadata-map.ts'
import { toRenderValues } from './render-values.ts'
import { fromJson, spelled, vectors } from './vectors/vector-values.ts'
import { IgnoreRules } from './ignore-rules.ts'

/** A chart of files as a folder gives them: in the order of the walk, less what is ignored. */
function chartOf(files: Record<string, string>, log?: (line: string) => void): Chart {
  const rules = IgnoreRules.parse(files['.helmignore'] ?? '').addDefaults()
  const ignored = (name: string): boolean => {
    const parts = name.split('/')
    return parts.some((_, i) => rules.ignores(parts.slice(0, i + 1).join('/'), i < parts.length - 1))
  }
  const list = Object.keys(files).filter((name) => !ignored(name)).map((name) => ChartFile.fromText(name, files[name]!))
  return loadFiles(list, 'v2', log && ((record) => log(formatLogRecord(record))))
}

function described(chart: Chart): unknown {
  return {
    meta: spelled(metadataAsMap(chart.metadata)),
    files: chart.files.map((f) => f.name),
    templates: chart.templates.map((f) => f.name),
    values: chart.values === null ? { m: {} } : spelled(chart.values),
    path: chart.chartFullPath,
    deps: Object.fromEntries(chart.dependencies.map((d) => [d.name, described(d)])),
  }
}

describe('charts with dependencies', () => {
  test.each(vectors<[files: Record<string, string>, values: unknown, expected: Record<string, unknown>]>('charts'))('%j', (files, values, expected) => {
    const lines = new Set<string>()
    const log = (line: string): void => void lines.add(line)
    let stage = 'load'
    let got: unknown
    try {
      const chart = chartOf(files, log)
      const user = fromJson(values) as Table
      stage = 'check'
      checkDependencies(chart)
      stage = 'process'
      processDependencies(chart, user, (record) => log(formatLogRecord(record)))
      stage = 'values'
      const top = toRenderValues(chart, user, { name: 'r', namespace: 'n', revision: 1, isInstall: true, isUpgrade: false }, undefined, {
        log: (record) => log(formatLogRecord(record)),
      })
      got = { chart: described(chart), values: spelled(top.get('Values')), log: [...lines].sort() }
    } catch (error) {
      if (!(error instanceof PintleError)) throw error
      got = { error: `${stage}: ${error.message}` }
    }
    expect(got).toEqual(expected)
  })

  test('a copy can be processed again and again', () => {
    const loaded = chartOf({
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.x.x, alias: store, condition: store.enabled}\n',
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.2.3\n',
      'charts/db/templates/a.yaml': '',
    })
    const names = (enabled: boolean): string[] => {
      const chart = loaded.copy()
      processDependencies(chart, fromJson({ store: { enabled } }) as Table)
      return chart.dependencies.map((d) => d.chartFullPath)
    }
    expect(names(true)).toEqual(['shop/charts/store'])
    expect(names(false)).toEqual([])
    expect(names(true)).toEqual(['shop/charts/store'])
    expect(loaded.dependencies.map((d) => d.name)).toEqual(['db'])
  })

  test('missing ones are named', () => {
    const chart = chartOf({ 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: a, version: 1}, {name: b, version: 1}]\n' })
    expect(() => checkDependencies(chart)).toThrow(expect.objectContaining({
      code: 'chart.dependency', message: 'found in Chart.yaml, but missing in charts/ directory: a, b',
    }))
  })
})
