import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chartArchive, loadChartSync } from '../../src/charts/chart/index.ts'

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}

/** A chart's archive: always the same bytes. @param extra more lines of Chart.yaml */
export function archiveOf(name: string, version: string, extra = '', files: Readonly<Record<string, string>> = {}): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-chart-'))
  try {
    writeFiles(folder, {
      'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n${extra}`,
      'templates/cm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}-{{ .Chart.Version }}\n`,
      ...files,
    })
    return chartArchive(loadChartSync(folder), { now: 0, epoch: Date.UTC(2020, 0, 1) }).bytes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface IndexedChart { readonly name: string; readonly version: string; readonly bytes?: Uint8Array; readonly url?: string; readonly extra?: string; readonly digest?: string }

/** An index as Helm writes one. */
export function indexOf(charts: readonly IndexedChart[]): string {
  const names = [...new Set(charts.map((c) => c.name))].sort()
  const entry = ({ name, version, bytes, url, extra = '', digest }: IndexedChart): string => [
    '  - apiVersion: v2', '    created: "2020-01-01T00:00:00Z"',
    ...(digest === '' ? [] : digest !== undefined ? [`    digest: ${digest}`] : bytes === undefined ? [] : [`    digest: ${createHash('sha256').update(bytes).digest('hex')}`]),
    ...extra.split('\n').filter((l) => l !== '').map((l) => `    ${l}`),
    `    name: ${name}`, '    urls:', `    - ${url ?? `${name}-${version}.tgz`}`, `    version: ${version}`,
  ].join('\n')
  return `apiVersion: v1\nentries:\n${names.map((n) => `  ${n}:\n${charts.filter((c) => c.name === n).map(entry).join('\n')}`).join('\n')}\ngenerated: "2020-01-01T00:00:00Z"\n`
}
