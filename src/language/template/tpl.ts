import { isPintleError } from '../../errors/index.ts'
import { quote } from '../go/index.ts'
import { isFatal } from './exec-error.ts'

/** Helm strips what Go prints for missing values, since missingkey=zero does not: see engine.go. */
export function withoutNoValue(s: string): string {
  return s.includes('<no value>') ? s.replaceAll('<no value>', '') : s
}

/** How Helm's tplFun wraps what fails while its text runs. */
export function tplError(text: string, e: unknown): unknown {
  if (isFatal(e) || !(e instanceof Error)) return e
  return new Error(`error during tpl function execution for ${quote(text)}: ${e.message}`, { cause: e })
}

/** How Helm's tplFun wraps a text that does not parse. */
export function tplParseError(text: string, e: unknown): unknown {
  if (!isPintleError(e, 'template.parse')) return e
  return new Error(`cannot parse template ${quote(text)}: ${e.message}`, { cause: e })
}
