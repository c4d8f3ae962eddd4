import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPintleError } from '../../errors/index.ts'
import { defaultIndents, emitPlain, fileFormats, isSealed, parseSopsConfig, parseTreePath, readJsonValue, readUnencrypted, type FileFormat } from './index.ts'

const secret = 'hunter2'

/** Something of a file, whole or broken. */
const seeds: Readonly<Record<FileFormat, string>> = {
  yaml: `# ${secret}\na: &x ${secret} # ${secret}\nb: [1, "${secret}", {c: *x}]\nd: !!int 5\n? e\n: |\n  ${secret}\n---\nf: ${secret}\n`,
  json: `{"a": "${secret}", "b": [1.5, -2e3, null, true, {"c": "\\u0041${secret}"}]}`,
  dotenv: `# ${secret}\nA=${secret}\nB=\n`,
  ini: `; ${secret}\nk = ${secret}\n[s]\na = "${secret}" # ${secret}\nb = """${secret}\n"""\nc = x \\\n ${secret}\n`,
  binary: secret,
}

/** Does the work, and lets only errors through that are Pintle's and quote nothing. */
function guarded(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!isPintleError(error)) throw error
    expect(`${error.message} ${error.hint ?? ''} ${JSON.stringify(error.place ?? {})} ${JSON.stringify(error.details ?? {})}`).not.toContain(secret)
  }
}

const noise = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('\n', ': ', '- ', '#', '[', ']', '{', '}', '"', "'", '`', '"""', '\\', '&x', '*x', '<<: *x', '!!int ', '!!binary ', '|\n', '>2\n', '=', ';', '---\n', '\t', '\r', '\u0000', 'sops: {}\n', 'sops_mac=x\n', '[sops]\n'))

// The same files each time: an edit may make a key of a value, and errors name keys.
test.each(fileFormats)('%s: whatever is in a file, it is read or refused, and no refusal quotes it', (format) => {
  const seed = seeds[format]
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(seed.length), fc.nat(6), noise), { minLength: 1, maxLength: 4 }), (edits) => {
    let text = seed
    for (const [at, remove, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + remove)
    guarded(() => {
      const branches = readUnencrypted(text, { file: 'f', format })
      for (const other of fileFormats) guarded(() => emitPlain(branches, other, defaultIndents))
    })
    guarded(() => isSealed(text, { file: 'f', format }))
  }), { numRuns: 600, seed: 7 })
}, 120_000)

test.each<[string, FileFormat, (n: number) => string]>([
  ['lists in lists', 'yaml', (n) => '['.repeat(n)], ['maps in maps', 'yaml', (n) => Array.from({ length: Math.min(n, 3000) }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ['aliases of aliases', 'yaml', (n) => Array.from({ length: Math.min(n, 60) }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : Array(9).fill(`*a${i - 1}`).join(', ')}]\n`).join('')],
  ['lists in lists', 'json', (n) => `{"a":${'['.repeat(n)}`], ['maps in maps', 'json', (n) => '{"a":'.repeat(n)], ['backslashes', 'json', (n) => `{"a":"${'\\'.repeat(n)}`],
  ['quotes', 'ini', (n) => `a = """${'x\n'.repeat(n)}`], ['continuations', 'ini', (n) => `a = ${'x\\\n'.repeat(n)}`], ['spaces', 'ini', (n) => `${' '.repeat(n)}\n`.repeat(3)], ['sections', 'ini', (n) => `[${'['.repeat(n)}`],
])('%s without end in %s cost an error or little time', (_, format, make) => {
  const started = performance.now()
  guarded(() => readUnencrypted(make(50_000), { file: 'f', format }))
  expect(performance.now() - started).toBeLessThan(30_000)
}, 120_000)

test('a .sops.yaml that is none, paths and values: errors of Pintle only', () => {
  const config = 'stores: {yaml: {indent: 2}}\nkeys: [&k age1x]\ncreation_rules:\n  - path_regex: \\.yaml$\n    key_groups: [{merge: [{age: [*k]}], pgp: [A], kms: [{arn: a, context: {b: c}}], azure_keyvault: [{vaultUrl: v, key: k}]}]\n    shamir_threshold: 1\n  - age: [*k]\n'
  fc.assert(fc.property(fc.nat(config.length), fc.nat(8), noise, (at, remove, insert) => {
    guarded(() => parseSopsConfig('/x/.sops.yaml', config.slice(0, at) + insert + config.slice(at + remove)).ruleFor('/x/a.yaml'))
  }), { numRuns: 600, seed: 7 })
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('[', ']', '"', "'", '0', '-', 'a', ' ') }), (text) => guarded(() => parseTreePath(text))), { numRuns: 300, seed: 7 })
  fc.assert(fc.property(fc.json(), noise, fc.nat(20), (text, insert, at) => guarded(() => readJsonValue(text.slice(0, at) + insert + text.slice(at)))), { numRuns: 300, seed: 7 })
}, 120_000)
