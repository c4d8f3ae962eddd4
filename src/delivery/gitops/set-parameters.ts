import { unsupported } from './service-source.ts'

/** Splits the text of a --set into its assignments: at commas that are neither escaped nor inside braces. Upstream: pkg/strvals/parser.go. */
export function setParameters(text: string): { name: string; value: string }[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === '{') depth++
    else if (c === '}') depth--
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  parts.push(text.slice(start))
  return parts.filter((p) => p !== '').map((part) => {
    const equals = /^(?:[^=\\]|\\[\s\S])*/.exec(part)![0].length
    if (equals === 0 || equals === part.length) throw unsupported(`--set ${JSON.stringify(part.slice(0, 200))} cannot be a parameter of an Application`, 'Write it into a values file, or use --values-as inline.')
    // Argo CD escapes commas that are not escaped, outside of braces (cleanSetParameters in util/helm/cmd.go): these stay as they are.
    return { name: part.slice(0, equals), value: part.slice(equals + 1) }
  })
}
