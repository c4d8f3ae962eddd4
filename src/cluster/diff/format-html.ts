import type { ChangeSet, ObjectChange } from './diff-objects.ts'
import { actionText, hunks, objectLines, summary, titleOf, type FormatOptions } from './format.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Changes of another sort, under a heading of their own. */
export interface HtmlSection extends FormatOptions {
  readonly title: string
  readonly changes: ChangeSet
  /** Said below. */
  readonly after?: readonly string[]
}

/** The diff as one page without scripts, to be kept or sent. `notes` of an object stand below its heading. */
export function formatHtml(changes: ChangeSet, options: FormatOptions & { readonly title: string; readonly sections?: readonly HtmlSection[] }): string {
  const parts = (set: ChangeSet, how: FormatOptions): string => set.objects.filter((o) => o.action !== 'none').map((o) => part(o, how)).join('\n')
  const part = (o: ObjectChange, options: FormatOptions): string => {
    const lines = o.action === 'keep' ? [] : hunks(objectLines(o), options.context ?? 3)
    const rows = lines.map((l) => (l === undefined ? '<i>...</i>' : `<${tags[l.kind]}>${l.kind} ${escaped(l.text)}${behind(options.origin?.(o, l))}</${tags[l.kind]}>`))
    const notes = options.notes?.(o) ?? []
    return `<details open><summary class="${o.action}"><code>${escaped(titleOf(o))}</code> ${actionText(o, options.verbs)}${o.classes.map((c) => ` <b>${escaped(c)}</b>`).join('')}</summary>
${notes.length === 0 ? '' : `<ul>${notes.map((n) => `<li>${escaped(n)}</li>`).join('')}</ul>\n`}<pre>${rows.join('\n')}</pre></details>`
  }
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(options.title)}</title><style>
body{font:15px/1.4 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em}pre{overflow:auto;background:#8881;padding:.6em}
del,ins,span{display:block;text-decoration:none;min-height:1.4em}del{background:#f884}ins{background:#8f84}summary b{font-weight:normal;border:1px solid;border-radius:.6em;padding:0 .5em;font-size:85%}
.remove{color:#b00}small{opacity:.6}</style></head><body>
<h1>${escaped(options.title)}</h1>
<p>${escaped(summary(changes))}</p>
${parts(changes, options)}
${(options.sections ?? []).map((section) => `<h2>${escaped(section.title)}</h2>\n${parts(section.changes, section)}\n${(section.after ?? []).map((text) => `<p>${escaped(text)}</p>\n`).join('')}`).join('')}</body></html>
`
}

const behind = (origin: string | undefined): string => (origin === undefined ? '' : ` <small>${escaped(origin)}</small>`)

const tags = { ' ': 'span', '-': 'del', '+': 'ins' } as const
