import type { Span } from '../../language/template/index.ts'
import { positions, type Position } from '../../language/yaml/index.ts'
import type { Chart } from '../chart/index.ts'
import type { Rendered } from './render.ts'

/** Where a piece of a manifest came from. */
export interface ManifestOrigin {
  /** Rendered file, and the line in it, from 1. */
  readonly path: string
  readonly renderedLine: number
  /** The rendered line's text. */
  readonly text: string
  /** Innermost first: the template line that wrote it, then the lines that included that. */
  readonly stack: readonly { readonly template: string; readonly line: number; readonly column: number }[]
  /** Values the writing action read, as keys from the root chart's values: ['session-cache', 'maxMemory']. */
  readonly values: readonly (readonly string[])[]
}

/**
 * Finds what wrote a field of a rendered object.
 * @param rendered with `trace: true`
 * @param address kind, name and the keys of the field; list items by index or by `name=x`
 * @returns undefined when there is no such object or field
 */
export function manifestOrigin(rendered: Rendered, address: { kind: string; name: string; keys: readonly string[] }): ManifestOrigin | undefined {
  const documents = [
    ...rendered.manifests.map((m) => ({ path: m.path, kind: m.kind, name: m.name, content: m.content })),
    ...rendered.hooks.map((h) => ({ path: h.path, kind: h.kind, name: h.name, content: h.manifest })),
  ]
  const found = documents.find((d) => d.kind.toLowerCase() === address.kind.toLowerCase() && d.name === address.name)
  if (!found) return undefined
  const place = locate(positionsOf(rendered, found.content), address.keys)
  return place && originAt(rendered, found, place.line, place.column)
}

/**
 * Finds what wrote a place of a rendered document.
 * @param rendered with `trace: true`
 * @param line from 1, within the document's content; @param column from 1
 */
export function originAt(rendered: Pick<Rendered, 'files' | 'spans'>, document: { readonly path: string; readonly content: string }, line: number, column: number): ManifestOrigin | undefined {
  const file = rendered.files.get(document.path)
  if (file === undefined) return undefined
  const start = file.indexOf(document.content)
  const offset = start + offsetOf(document.content, line, column)
  const renderedLine = file.slice(0, offset).split('\n').length
  const spans = rendered.spans?.get(document.path) ?? []
  const span = widest(spans, offset)
  const stack: { template: string; line: number; column: number }[] = []
  for (let origin: Span['origin'] | undefined = span?.origin; origin; origin = origin.caller) stack.push({ template: origin.template, line: origin.line, column: origin.column })
  const scope = scopeOf(document.path)
  const end = lineEnd(file, offset)
  const paths = new Set([...(span?.origin.paths ?? []), ...spans.filter((s) => s.start < end && offset < s.end).flatMap((s) => s.origin.paths)])
  const values = [...paths].flatMap((p) => (p.startsWith('.Values.') ? [[...scope, ...p.slice('.Values.'.length).split('.')]] : []))
  return { path: document.path, renderedLine, text: file.split('\n')[renderedLine - 1] ?? '', stack, values }
}

/** The text of a template by its path in errors and origins: `shop/charts/db/templates/set.yaml`. */
export function templateText(chart: Chart, path: string): string | undefined {
  return chart.templates.find((t) => `${chart.chartFullPath}/${t.name}` === path)?.text ?? chart.dependencies.map((c) => templateText(c, path)).find((t) => t !== undefined)
}

/** The span that covers an offset; where an action wrote the value together with white space, the one that covers the value's first character. */
function widest(spans: readonly Span[], offset: number): Span | undefined {
  return spans.findLast((s) => s.start <= offset && offset < s.end) ?? spans.findLast((s) => s.start <= offset)
}

/** Subcharts on the way to a template: `a/charts/b/charts/c/templates/x.yaml` -> ['b', 'c']. */
function scopeOf(path: string): string[] {
  const parts = path.split('/')
  const out: string[] = []
  for (let i = 1; i + 1 < parts.length && parts[i] === 'charts'; i += 2) out.push(parts[i + 1]!)
  return out
}

/** Positions of documents read before: whoever asks about one field asks about others. */
const read = new WeakMap<Rendered, Map<string, readonly Position[]>>()

function positionsOf(rendered: Rendered, content: string): readonly Position[] {
  let documents = read.get(rendered)
  if (documents === undefined) read.set(rendered, (documents = new Map()))
  let all = documents.get(content)
  if (all === undefined) documents.set(content, (all = [...positions(content)]))
  return all
}

function locate(all: readonly Position[], keys: readonly string[]): { line: number; column: number } | undefined {
  let prefix: (string | number)[] = []
  for (const key of keys) {
    const children = all.filter((p) => p.path.length === prefix.length + 1 && prefix.every((step, i) => p.path[i] === step))
    const named = /^(\w+)=(.*)$/.exec(key)
    const child = children.find((p) => {
      const last = p.path.at(-1)
      if (typeof last !== 'number') return last === key
      if (String(last) === key) return true
      return named !== null && all.some((q) => q.path.length === p.path.length + 1 && p.path.every((s, i) => q.path[i] === s) && q.path.at(-1) === named[1] && String(q.value) === named[2])
    })
    if (!child) return undefined
    prefix = [...child.path]
  }
  const target = all.find((p) => p.path.length === prefix.length && p.path.every((s, i) => s === prefix[i]))
  return target && { line: target.valueLine, column: target.valueColumn }
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0
  for (let i = 1; i < line; i++) at = text.indexOf('\n', at) + 1
  return at + column - 1
}
