import { PintleError } from '../../../errors/index.ts'
import type { InputFacts } from '../../policy/index.ts'

type TestFact = NonNullable<InputFacts['tests']>[number]

/**
 * Reads a JUnit report: one fact a test case; a suite that says it failed without naming a case counts as one. Skipped cases are no facts. A property `commit` (or `git.commit`)
 * of a suite says which commit it is of.
 * @throws PintleError config.invalid when it is no JUnit report, or holds a document type
 */
export function readTestReport(file: string, text: string): TestFact[] {
  const wrong = (message: string): PintleError => new PintleError('config.invalid', `${file}: ${message}`, { hint: 'A JUnit report is wanted: <testsuites> or <testsuite> with <testcase> elements.' })
  // Entities can be nested without end; no test runner declares any.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw wrong('it declares a document type')
  const facts: TestFact[] = []
  let suite = ''
  let commit: string | undefined
  let seen = false
  let current: { name: string; passed: boolean; skipped: boolean } | undefined
  const finish = (): void => {
    if (current !== undefined && !current.skipped) facts.push({ name: current.name, passed: current.passed, ...(commit !== undefined && { commit }) })
    current = undefined
  }
  for (const { name, attributes, closes, empty } of elements(text)) {
    if (name === 'testsuite' && !closes) {
      seen = true
      suite = attributes.name ?? ''
      const own = { failures: Number(attributes.failures ?? 0), errors: Number(attributes.errors ?? 0) }
      if (own.failures + own.errors > 0 && empty) facts.push({ name: suite || file, passed: false })
    } else if (name === 'testsuites') seen = true
    else if (name === 'property' && /^(?:git\.)?commit(?:\.sha)?$/.test(attributes.name ?? '')) commit = attributes.value
    else if (name === 'testcase') {
      finish()
      if (closes) continue
      current = { name: [suite, attributes.classname === suite ? undefined : attributes.classname, attributes.name].filter(Boolean).join(' > '), passed: true, skipped: false }
      if (empty) finish()
    } else if (current !== undefined && (name === 'failure' || name === 'error')) current.passed = false
    else if (current !== undefined && name === 'skipped') current.skipped = true
  }
  finish()
  if (!seen) throw wrong('it has no test suite')
  return facts
}

interface Element { readonly name: string; readonly attributes: Record<string, string>; readonly closes: boolean; readonly empty: boolean }

/** Tags of an XML text, one after the other; what stands between them, comments and CDATA are passed over. */
function* elements(text: string): Generator<Element> {
  for (const [whole, slash, name, inside = ''] of text.matchAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g)) {
    if (name === undefined) continue
    const attributes: Record<string, string> = Object.create(null)
    for (const [, key, double, single] of inside.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) attributes[key!] = unescaped(double ?? single ?? '')
    yield { name, attributes, closes: slash === '/', empty: whole.endsWith('/>') }
  }
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const unescaped = (text: string): string => text.replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => named[name]!)
