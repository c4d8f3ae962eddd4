import type { ChartContent } from '../helm-runner.ts'
import { chartFiles } from '../helm-runner.ts'
import type { Charts } from './scenario.ts'

/** The files of a scenario's charts in one namespace. */
export function filesOf(charts: Charts, namespace: string): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, content] of Object.entries(charts)) {
    if (typeof content === 'string') out[name] = content
    else if (Object.keys(content).some((key) => key.includes('.'))) for (const [path, text] of Object.entries(content as Record<string, string>)) out[`${name}/${path}`] = text
    else {
      const whole = (Array.isArray(content) ? { objects: content } : content) as ChartContent
      for (const [path, text] of Object.entries(chartFiles(whole))) out[`${name}/${path}`] = text
    }
  }
  return Object.fromEntries(Object.entries(out).map(([path, text]) => [path, text.replaceAll('NAMESPACE', namespace.replaceAll('-', ''))]))
}

/** The kinds that charts and edits of a scenario speak of. */
export function kindsIn(texts: Iterable<string>): Set<string> {
  const kinds = new Set<string>()
  for (const text of texts) for (const match of text.matchAll(/"?\bkind"?: ?"?([A-Z]\w+)/g)) kinds.add(match[1]!.replace(/List$/, ''))
  return kinds
}
