import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { positions } from '../../language/yaml/index.ts'
import type { PinRefusal } from '../../delivery/plan/index.ts'
import type { CommandContext } from './command.ts'
import { isLocalChart } from './release-target.ts'

const exactVersion = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

/** Versions that are none: of a chart that would be fetched, and of the dependencies of a folder that no Chart.lock holds. With their lines. */
export function chartRefusals(chart: string, version: string, from: { file: string; service: string } | undefined, context: CommandContext): PinRefusal[] {
  const place = from === undefined ? {} : placeIn(from.file, ['services', from.service, version === '' ? 'chart' : 'version'])
  const what = from === undefined ? `chart ${chart}` : `services.${from.service}: chart ${chart}`
  if (version !== '' && !exactVersion.test(version)) return [{ what, why: `${JSON.stringify(version)} is no exact version`, set: [], ...place }]
  if (isLocalChart(chart, context)) return dependencyRefusals(chart)
  const digested = /@sha\d+:[a-f0-9]+$/.test(chart) || chart.endsWith('.tgz')
  const tag = chart.startsWith('oci://') ? /:([^/:@]+)(?:@|$)/.exec(chart.slice('oci://'.length).replace(/^[^/]*/, ''))?.[1] : undefined
  if (version !== '' || digested || (tag !== undefined && exactVersion.test(tag))) return []
  return [{ what, why: 'no version is given, which means the newest', set: [], ...place }]
}

/** Chart.lock makes ranges exact; an archive holds what it holds. */
function dependencyRefusals(folder: string): PinRefusal[] {
  const file = join(folder, 'Chart.yaml')
  if (!existsSync(file) || existsSync(join(folder, 'Chart.lock')) || existsSync(join(folder, 'requirements.lock'))) return []
  const shown = relative(process.cwd(), file) || file
  const text = readFileSync(file, 'utf8')
  const all = [...positions(text)]
  const out: PinRefusal[] = []
  for (const p of all) {
    if (p.path.length !== 3 || p.path[0] !== 'dependencies' || p.path[2] !== 'version') continue
    const name = all.find((q) => q.path.length === 3 && q.path[1] === p.path[1] && q.path[0] === 'dependencies' && q.path[2] === 'name')?.value
    const version = String(p.value ?? '')
    if (!exactVersion.test(version)) out.push({ what: `dependency ${String(name ?? p.path[1])}`, why: `${JSON.stringify(version)} is a range, and there is no Chart.lock`, set: [], place: { file: shown, line: p.valueLine, column: p.valueColumn, source: text } })
  }
  return out
}

function placeIn(file: string, path: readonly string[]): Pick<PinRefusal, 'place'> {
  const text = readFileSync(file, 'utf8')
  const found = [...positions(text)].find((p) => p.path.length === path.length && p.path.every((step, i) => step === path[i]))
  if (found === undefined) return {}
  return { place: { file: relative(process.cwd(), file) || file, line: found.valueLine, column: found.valueColumn, source: text } }
}
