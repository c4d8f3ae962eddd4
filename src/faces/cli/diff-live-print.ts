import { formatHtml, formatMarkdown, formatText, summary, type ChangeSet, type FormatOptions, type Notes, type Verbs } from '../../cluster/diff/index.ts'
import type { CommandContext } from './command.ts'
import { diffColour } from './diff-flags.ts'
import { placed, previewedOf, type Noted } from './diff-live-notes.ts'
import type { Origins } from './diff-live-origins.ts'
import { Output } from './output.ts'

/** Changes of one sort: the objects, the hooks, the definitions that stay. */
export interface LiveSection {
  readonly key: 'objects' | 'hooks' | 'crds'
  readonly title: string
  readonly changes: ChangeSet
  readonly notes: Notes
  readonly verbs?: Verbs
  /** Said below, in any case. */
  readonly after?: readonly string[]
}

export interface LivePrint {
  readonly release: { readonly name: string; readonly namespace: string; readonly revision: number }
  readonly noted: Noted
  readonly origins?: Origins
}

const differs = ({ added, changed, removed }: ChangeSet): boolean => added + changed + removed > 0

/** The sections in the format asked for. Only the objects are counted. */
export function printLive(context: CommandContext, output: string, sections: readonly LiveSection[], print: LivePrint): void {
  const { flags, out } = context
  const { release, origins } = print
  const lines = flags.changed('context') ? { context: flags.number('context') < 0 ? Number.MAX_SAFE_INTEGER : flags.number('context') } : {}
  const [objects, ...others] = sections as [LiveSection, ...LiveSection[]]
  const how = (section: LiveSection): FormatOptions => ({
    ...lines, notes: section.notes, ...(section.verbs && { verbs: section.verbs }),
    ...(origins !== undefined && flags.string('origins') === 'lines' && { origin: (object, line) => origins.line(object, line) }),
  })
  const more = others.filter((s) => differs(s.changes) || (s.after?.length ?? 0) > 0)
  switch (output) {
    case 'markdown':
      out.write(formatMarkdown(objects.changes, how(objects)))
      for (const s of more) out.write(`\n### ${s.title}\n\n${formatMarkdown(s.changes, { ...how(s), uncounted: true })}${(s.after ?? []).map((text) => `- ${text}\n`).join('')}`)
      return
    case 'html':
      return out.write(formatHtml(objects.changes, {
        ...how(objects), title: `${release.namespace}/${release.name}: what would change`, sections: more.map((s) => ({ ...how(s), title: s.title, changes: s.changes, ...(s.after && { after: s.after }) })),
      }))
    case 'simple':
      for (const s of sections) {
        for (const o of s.changes.objects) if (o.action !== 'none') out.line(s.verbs === undefined ? `${o.action.padEnd(6)} ${placed(o)}${o.classes.length === 0 ? '' : `  [${o.classes.join(', ')}]`}` : `${placed(o)} ${s.verbs[o.action]}`)
      }
      return out.line(summary(objects.changes))
    case 'json': return out.line(JSON.stringify({
      ...release, added: objects.changes.added, changed: objects.changes.changed, removed: objects.changes.removed, unchanged: objects.changes.unchanged,
      ...Object.fromEntries(sections.map((s) => [s.key, jsonOf(s, print)])), running: others.flatMap((s) => (s.key === 'hooks' ? (s.after ?? []) : [])),
    }, undefined, 2))
    default: {
      const styled = new Output({ colour: diffColour(context) ? 'always' : 'never' })
      const paint: NonNullable<Parameters<typeof formatText>[1]>['paint'] = (style, text) => styled.style(style, text)
      out.write(formatText(objects.changes, { ...how(objects), paint }))
      for (const s of more) out.write(`\n${s.title}:\n${differs(s.changes) ? `\n${formatText(s.changes, { ...how(s), paint, uncounted: true })}` : ''}${(s.after ?? []).map((text) => `  ${text}\n`).join('')}`)
    }
  }
}

function jsonOf(section: LiveSection, { noted, origins }: LivePrint): object[] {
  const find = previewedOf(noted)
  return section.changes.objects.filter((o) => o.action !== 'none').map((change) => {
    const { before: _b, after: _a, ...said } = change
    const p = section.key === 'hooks' ? undefined : find(change)
    const notes = section.notes(change)
    return {
      ...said,
      fields: change.fields.map((f) => {
        const origin = origins?.field(change, f.path)
        return origin === undefined ? f : { ...f, origin }
      }),
      ...(p?.rejection !== undefined && { rejection: p.rejection }), ...(p?.unchecked !== undefined && { unchecked: p.unchecked }), ...(p?.approximate === true && { approximate: true }),
      ...(p?.unread === true && { unread: true }), ...(notes.length > 0 && { notes }),
    }
  })
}
