/**
 * Helm's second wording of Go's template errors (pkg/engine/engine.go: cleanupParseError, reformatExecErrorMsg). Helm parses Go's text
 * again to get there; its results depend on quirks of that parsing (a message is cut at " template:", the function name ends at the first
 * quote), so the same cuts are made here.
 */

/** `parse error at (LOCATION): MESSAGE` from Go's parse error text. */
export function helmParseError(filename: string, goText: string): string {
  const tokens = goText.split(': ')
  if (tokens.length === 1) return `parse error in (${filename}): ${goText}`
  return `parse error at (${tokens[1]}): ${tokens[tokens.length - 1]}`
}

interface Traced {
  location: string
  message: string
  executed: string
}

/**
 * Helm's text for a failed execution.
 * @param chain Go's text of the error and of each error it wraps, outermost first
 */
export function helmExecError(filename: string, chain: readonly string[]): string {
  const whole = chain[0]!
  const first = whole.indexOf(': ')
  const second = first < 0 ? -1 : whole.indexOf(': ', first + 2)
  if (second < 0) return `execution error in (${filename}): ${whole}`
  const location = whole.slice(first + 2, second)
  const wrapped = warned(whole.slice(second + 2))
  if (wrapped !== undefined) return `execution error at (${location}): ${wrapped}`
  const traces: Traced[] = []
  for (const text of chain) {
    const trace = parseTrace(text)
    if (!trace) return whole
    const last = traces.at(-1)
    if (!last || last.location !== trace.location || last.message !== trace.message || last.executed !== trace.executed) traces.push(trace)
  }
  return traces
    .map((t) => (t.location === '' ? '' : `${t.location}\n  `) + (t.executed === '' ? '' : `${t.executed}\n    `) + (t.message === '' ? '' : `${t.message}\n`))
    .join('')
    .trim()
}

/** What `fail` and `required` said: the text between the outermost marks. */
function warned(text: string): string | undefined {
  const start = text.indexOf('HELM_ERR_START')
  if (start < 0) return undefined
  const end = text.lastIndexOf('HELM_ERR_END')
  return end < start + 14 ? undefined : text.slice(start + 14, end)
}

function parseTrace(text: string): Traced | undefined {
  const prefix = 'template: '
  if (!text.startsWith(prefix)) return undefined
  const rest = text.slice(prefix.length)
  if (rest.startsWith('no template ')) return { location: '', message: text, executed: '' }
  return parseExecuting(rest) ?? parseSimple(rest)
}

function parseExecuting(rest: string): Traced | undefined {
  const at = rest.indexOf(': executing ')
  if (at < 0) return undefined
  const after = rest.slice(at + ': executing '.length)
  if (!after.startsWith('"')) return undefined
  const quote = after.indexOf('"', 1)
  if (quote < 0) return undefined
  const name = after.slice(1, quote)
  const tail = after.slice(quote + 1)
  const mark = ' at <'
  if (!tail.startsWith(mark)) return undefined
  const end = tail.indexOf('>: ', mark.length)
  if (end < 0) return undefined
  return {
    location: rest.slice(0, at),
    message: cut(tail.slice(end + 3)),
    executed: `executing "${name}" at <${tail.slice(mark.length, end)}>:`,
  }
}

function parseSimple(rest: string): Traced | undefined {
  const at = rest.lastIndexOf(': ')
  return at < 0 ? undefined : { location: rest.slice(0, at), message: cut(rest.slice(at + 2)), executed: '' }
}

function cut(message: string): string {
  const at = message.indexOf(' template:')
  return at < 0 ? message : message.slice(0, at)
}
