/** TypeScript's text for types, as a small tree: text only in the end, so that unions and intersections can be simplified before. */
export type Type =
  | { readonly is: 'plain'; readonly text: string }
  /** `open`: its schema says nothing about other fields. */
  | { readonly is: 'object'; readonly fields: readonly Field[]; readonly index?: Type; readonly open?: boolean }
  | { readonly is: 'array'; readonly items: Type }
  | { readonly is: 'tuple'; readonly items: readonly Type[]; readonly rest?: Type }
  | { readonly is: 'union' | 'intersection'; readonly of: readonly Type[] }

export interface Field {
  readonly name: string
  readonly type: Type
  readonly optional: boolean
  /** Lines of a comment. */
  readonly comment: readonly string[]
}

export const plain = (text: string): Type => ({ is: 'plain', text })
export const unknown = plain('unknown')
export const never = plain('never')
export const literal = (value: unknown): Type => plain(JSON.stringify(value))

export function union(list: readonly Type[]): Type {
  const flat = list.flatMap((t) => (t.is === 'union' ? t.of : [t])).filter((t) => text(t) !== 'never')
  if (flat.some((t) => text(t) === 'unknown')) return unknown
  const different = [...new Map(flat.map((t) => [text(t), t])).values()]
  return different.length === 0 ? never : different.length === 1 ? different[0]! : { is: 'union', of: different }
}

export function intersection(list: readonly Type[]): Type {
  const flat = list.flatMap((t) => (t.is === 'intersection' ? t.of : [t])).filter((t) => text(t) !== 'unknown')
  const different = [...new Map(flat.map((t) => [text(t), t])).values()]
  return different.length === 0 ? unknown : different.length === 1 ? different[0]! : { is: 'intersection', of: different }
}

/** The text of a type, indented as part of a declaration. */
export function text(type: Type, indent = ''): string {
  switch (type.is) {
    case 'plain': return type.text
    case 'array': return type.items.is === 'plain' && /^\w+$/.test(type.items.text) ? `${type.items.text}[]` : `Array<${text(type.items, indent)}>`
    case 'tuple': return `[${[...type.items.map((t) => `(${text(t, indent)})?`), ...(type.rest ? [`...Array<${text(type.rest, indent)}>`] : [])].join(', ')}]`
    case 'union': return type.of.map((t) => (t.is === 'intersection' ? `(${text(t, indent)})` : text(t, indent))).join(' | ')
    case 'intersection': return type.of.map((t) => (t.is === 'union' ? `(${text(t, indent)})` : text(t, indent))).join(' & ')
    case 'object': {
      const inner = `${indent}  `
      const lines: string[] = []
      for (const { name, type: field, optional, comment } of type.fields) {
        lines.push(...commentLines(comment, inner), `${inner}${propertyName(name)}${optional ? '?' : ''}: ${text(field, inner)}`)
      }
      if (type.index !== undefined) {
        // An index has to allow for what the fields hold.
        const all = union([type.index, ...type.fields.map((f) => f.type), ...(type.fields.some((f) => f.optional) ? [plain('undefined')] : [])])
        lines.push(`${inner}[key: string]: ${text(all, inner)}`)
      }
      return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('\n')}\n${indent}}`
    }
  }
}

export function commentLines(comment: readonly string[], indent: string): string[] {
  const lines = comment.map((line) => line.replaceAll('*/', '*\\/').replaceAll(/[\r\n\u2028\u2029]/g, ' ').trimEnd())
  if (lines.length === 0) return []
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`]
  return [`${indent}/**`, ...lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}`), `${indent} */`]
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** A name for a type: `ingress-nginx` -> `IngressNginx`, not one of those taken, which it is added to. */
export function typeName(wanted: string, taken: Set<string>): string {
  const words = wanted.split(/[^A-Za-z0-9]+/).filter((w) => w !== '')
  let name = words.map((w) => w[0]!.toUpperCase() + w.slice(1)).join('') || 'Type'
  if (/^\d/.test(name)) name = `T${name}`
  let free = name
  for (let i = 2; taken.has(free); i++) free = `${name}${i}`
  taken.add(free)
  return free
}
