/** Files that Pintle encrypts, beside those of the real sops: their layout, and that each opens the other's. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { defaultIndents, emitPlain, newFile, openFile, readUnencrypted, sealFile, type Creation, type FileFormat } from '../../src/charts/secrets/index.ts'
import { encodeUtf8 } from '../../src/language/go/index.ts'
import { masked, realSops, type RealSops, type SopsRun } from './real-sops.ts'

const sops = await ensureTool('sops')

const everything = { unencryptedSuffix: '', encryptedSuffix: '', unencryptedRegex: '', encryptedRegex: '', unencryptedCommentRegex: '', encryptedCommentRegex: '' }

describe.skipIf(sops === undefined)('beside sops', () => {
  let real: RealSops
  beforeAll(async () => {
    real = await realSops(sops!, 3)
  })
  afterAll(() => real.close())

  const creation = (format: FileFormat, more: Partial<Creation> = {}): Creation => ({
    groups: [[{ kind: 'age', fields: { recipient: real.keys[0]!.recipient } }]], shamirThreshold: 0, macOnlyEncrypted: false,
    select: format === 'binary' ? everything : { ...everything, unencryptedSuffix: '_unencrypted' }, ...more,
  })
  const encrypt = async (text: string, format: FileFormat, more: Partial<Creation> = {}): Promise<string> =>
    sealFile(await newFile(readUnencrypted(text, { file: 'f', format }), creation(format, more), { env: real.env }), format)
  const decrypt = async (text: string, format: FileFormat): Promise<string> => emitPlain((await openFile(text, { file: 'f', format, env: real.env })).branches, format, defaultIndents)
  const runEncrypt = (text: string, format: FileFormat, ...flags: string[]): SopsRun => real.run(...flags, '-e', '--input-type', format, '--output-type', format, '--age', real.keys[0]!.recipient, real.put('plain', encodeUtf8(text)))
  const sopsEncrypt = (text: string, format: FileFormat): string => {
    const run = runEncrypt(text, format)
    if (run.code !== 0) throw new Error(run.err)
    return run.out
  }
  const sopsDecrypt = (text: string, format: FileFormat): string => real.ok('decrypt', '--input-type', format, '--output-type', format, real.put('encrypted', encodeUtf8(text)))

  /** One text, encrypted by both; each result, decrypted by both. */
  async function compare(text: string, format: FileFormat, flags: readonly string[] = [], more: Partial<Creation> = {}): Promise<void> {
    const run = runEncrypt(text, format, ...flags)
    if (run.code !== 0) {
      await expect(encrypt(text, format, more), `sops says ${run.err}`).rejects.toThrow()
      return
    }
    let ours: string
    try {
      ours = await encrypt(text, format, more)
    } catch (error) {
      // What goyaml.v3 writes it cannot always read again: sops cannot open its own file then.
      expect(error).toMatchObject({ message: expect.stringContaining('could not be read again') })
      expect(real.run('decrypt', '--input-type', format, '--output-type', format, real.put('encrypted', encodeUtf8(run.out))).code).not.toBe(0)
      return
    }
    expect(blocks(ours)).toBe(blocks(run.out))
    const plain = blocks(sopsDecrypt(ours, format))
    expect(blocks(await decrypt(ours, format))).toBe(plain)
    expect(blocks(await decrypt(run.out, format))).toBe(plain)
  }

  /** What is random left out, and literal blocks without the indentation that they name: in lists sops names one that they have not, see docs/compatibility.md. */
  const blocks = (text: string): string => masked(text).replace(/\|[2-9](?=[-+]?(?: #.*)?$)/gm, '|')

  const texts: [string, FileFormat, string][] = [
    ['comments, types and empty values', 'yaml', `# of the shop

db:
    # who
    password: hunter2 # inline
    port: 5432
    ratio: 0.25
    big: 1e300
    more: [.inf, -.inf, .nan, 1e3, 0x1F, 0o17, 1_000]
    on: true
    yes: "yes"
    none: null
    empty: ""
    day: 2024-05-06
    at: 2001-12-14 21:59:43.10
    cert: |
        -----BEGIN-----
        abc
  # dedented
plain_unencrypted:
    - {}
    - []
    - {a: 1, b: [x, 2020-01-01]}
    - "  leading"
# at the end
`],
    ['documents, one of comments only', 'yaml', 'a: 1\n---\n# only\n---\nb:\n  - c: d\n    e: f\n  - - g\n'],
    ['aliases and merges become what they stand for', 'yaml', 'a: &x\n  # in a\n  k: v\nb: *x\nc:\n  <<: *x\n  k2: v\nd: [*x, 1]\n'],
    ['braces with comments', 'yaml', 'a: [1, 2] # line\nb: {c: d} # of c\ne_unencrypted: [x, y] # last\n'],
    ['long keys and keys that need quotes', 'yaml', `"${'k'.repeat(140)}": 1\n"a b: c": 2\n"1": 3\n"true": 4\n? |\n  two\n  lines\n: 5\n`],
    ['numbers, strings and order', 'json', '{"z":{"b":"x\\"\\\\\\n<>&\u{1f600}\\u2028","c":[1,2.50,1e3,-0,12345678901234567890,1e-7],"d":{},"e":[]},"a":null,"t":true,"f":"","s_unencrypted":[1,{"x":2.5}]}'],
    ['a key that stands twice', 'json', '{"a":1,"a":2}'],
    ['comments and line breaks', 'dotenv', '# c\nA=1\n\nB=two words\nC=\nD=a\\nb\n#\n E = = x \n'],
    ['sections, comments, quotes', 'ini', '; top\n; second\nk=1\n[s]\n# of a\na = "x" ; behind\nbb : y\nc=\n`d=e` = """z\nz2"""\nlong = a \\\n  b\n[s] # again\nz = \'q\'\nz = 2\n[empty]\n'],
    ['no sections', 'ini', 'a=b\n'],
    ['bytes', 'binary', '\u0000\udcff\udcfea\n'],
    ['text', 'binary', 'one\ntwo'],
  ]
  test.each(texts)('%s (%s)', (_, format, text) => compare(text, format))

  test('comments in lists: what Pintle encrypts sops can read, what sops encrypts Pintle', async () => {
    const text = 'l:\n    # d\n    - 1\n    - two # x\n    # end\n'
    const [ours, theirs] = [await encrypt(text, 'yaml'), sopsEncrypt(text, 'yaml')]
    expect(masked(ours)).toBe(masked(theirs))
    const plain = 'l:\n    # d\n    - 1\n    # x\n    - two\n    # end\n'
    expect([sopsDecrypt(ours, 'yaml'), await decrypt(ours, 'yaml'), await decrypt(theirs, 'yaml')]).toEqual([plain, plain, plain])
    expect(real.run('decrypt', real.put('c.yaml', theirs)).code).toBe(51)
  })

  test('a block in a list that begins with spaces can be read back: of sops not even sops can', async () => {
    const text = 'a_unencrypted:\n    - b:\n        - |2\n              spaced\n            less\n'
    const [ours, theirs] = [await encrypt(text, 'yaml'), sopsEncrypt(text, 'yaml')]
    expect(blocks(ours)).toBe(blocks(theirs))
    expect(sopsDecrypt(ours, 'yaml')).toContain('|4\n')
    expect(await decrypt(ours, 'yaml')).toContain('|2\n')
    expect(real.run('decrypt', real.put('c.yaml', theirs)).err).toMatch(/yaml: line|MAC mismatch/)
  })

  test('key groups: a part each', async () => {
    const groups = real.keys.map(({ recipient }) => [{ kind: 'age' as const, fields: { recipient } }])
    const ours = await encrypt('a: b\n', 'yaml', { groups, shamirThreshold: 2 })
    const both = { SOPS_AGE_KEY: `${real.keys[0]!.identity}\n${real.keys[2]!.identity}` }
    expect(ours).toContain('shamir_threshold: 2')
    expect((await openFile(ours, { file: 'f', format: 'yaml', env: both })).branches).toHaveLength(1)
    await expect(decrypt(ours, 'yaml')).rejects.toMatchObject({ code: 'secrets.key' })
    expect(real.run('decrypt', real.put('g.yaml', ours)).code).toBe(128)
  })

  const key = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,8}$/)
  const word = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('', 'true', 'null', '1', '1e3', '2020-01-01', '<<', '- x', '#c', 'a: b', ' x', 'x ', 'a\nb', '\n', 'a\n', '\ta', 'ENC[x]', '~', '1:30', "it's", '"', '`'))
  const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({ tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true })) }))
  const root = fc.dictionary(fc.oneof(key, key.map((k) => `${k}_unencrypted`)), tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true }).filter((map) => !('sops' in map))
  const asked = process.env.PINTLE_SOPS_RUNS
  // In CI the same files each time.
  const runs = asked === undefined ? { numRuns: 12, seed: 7 } : { numRuns: Number(asked) }

  test('random documents of JSON, as JSON and as YAML', () => fc.assert(fc.asyncProperty(root, async (map) => {
    const text = JSON.stringify(map)
    await compare(text, 'json')
    await compare(text, 'yaml')
  }), runs), 120_000)

  interface Place { readonly above: string; readonly behind: string; readonly below: string }
  // An empty comment in a list becomes an item of it when sops decrypts.
  const line = fc.constantFrom('', '', '', '# one', '# two words', '# secret', '## x', '\n# after a gap', '# a\n# b', '# a\n\n# b')
  const place: fc.Arbitrary<Place> = fc.record({ above: line, behind: fc.constantFrom('', '', '', ' # behind', ' # secret'), below: fc.constantFrom('', '', '', '# below', '# below\n\n') })
  type Node = string | { readonly map: readonly (readonly [string, Place, Node])[] } | { readonly list: readonly (readonly [Place, Node])[] }
  const plainWord = fc.constantFrom('x', '5', '1.50', 'true', '"q"', "'s'", '~', '2020-01-01', '[a, {b: c}]', '{}', '[]', '""', '|\n  block\n', '>-\n  folded\n  text\n')
  const { node } = fc.letrec<{ node: Node }>((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, plainWord, fc.record({ map: fc.uniqueArray(fc.tuple(key, place, tie('node')), { minLength: 1, maxLength: 4, selector: ([name]) => name }) }), fc.record({ list: fc.array(fc.tuple(place, tie('node')), { minLength: 1, maxLength: 3 }) })),
  }))
  const indented = (text: string, margin: string): string => (text === '' ? '' : `${text.split('\n').map((l) => (l === '' ? '' : margin + l)).join('\n')}\n`)
  const written = (value: Node, margin: string, behind: string): string => {
    if (typeof value !== 'string') return `${behind}\n${body(value, margin)}`
    if (!value.includes('\n')) return ` ${value}${behind}\n`
    const [head, ...rest] = value.split('\n')
    return ` ${head}${behind}\n${rest.filter((l) => l !== '').map((l) => `${margin}${l}\n`).join('')}`
  }
  const body = (value: Exclude<Node, string>, margin: string): string => ('map' in value
    ? value.map.map(([name, { above, behind, below }, inner]) => `${indented(above, margin)}${margin}${name}:${written(inner, `${margin}  `, behind)}${indented(below, `${margin}`)}`)
    : value.list.map(([{ above, behind, below }, inner]) => `${indented(above, margin)}${margin}-${written(inner, `${margin}  `, behind)}${indented(below, margin)}`)).join('')
  const yaml = fc.tuple(fc.record({ map: fc.uniqueArray(fc.tuple(key.filter((k) => k !== 'sops'), place, node), { minLength: 1, maxLength: 4, selector: ([name]) => name }) }), fc.boolean()).map(([map, two]) => body(map, '') + (two ? `---\n${body(map, '')}` : ''))
  const rule = fc.constantFrom<[string, keyof Creation['select'], string]>(
    ['--unencrypted-suffix', 'unencryptedSuffix', '_unencrypted'], ['--encrypted-suffix', 'encryptedSuffix', 'a'], ['--encrypted-regex', 'encryptedRegex', '^[a-k]'], ['--unencrypted-regex', 'unencryptedRegex', '^[a-k]'],
    ['--encrypted-comment-regex', 'encryptedCommentRegex', 'secret'], ['--unencrypted-comment-regex', 'unencryptedCommentRegex', '^ secret'],
  )

  test('random YAML with comments, by every rule of what is encrypted', () => fc.assert(fc.asyncProperty(yaml, rule, fc.boolean(), async (text, [flag, name, value], macOnlyEncrypted) => {
    await compare(text, 'yaml', [flag, value, ...(macOnlyEncrypted ? ['--mac-only-encrypted'] : [])], { select: { ...everything, [name]: value }, macOnlyEncrypted })
  }), runs), 240_000)

  test('random dotenv and INI files', () => fc.assert(fc.asyncProperty(fc.array(fc.tuple(key, word), { minLength: 1, maxLength: 6 }), async (pairs) => {
    await compare(pairs.map(([name, value]) => `${name}=${value.replaceAll('\n', '\\n')}\n`).join(''), 'dotenv')
    await compare(`[s]\n${pairs.map(([name, value]) => `${name} = ${value.replace(/\s+/g, ' ')}\n`).join('')}`, 'ini')
  }), runs), 120_000)

  const sources: readonly (readonly [FileFormat, string])[] = [
    ['yaml', '# top\na:\n    # in a\n    b: first-secret\n    n: 5\n    e: ""\n    l:\n        - x\n        - y\n        - z: true\nf_unencrypted:\n    g: 1.5\n    h: open\n---\nsecond: 2024-05-06\n'],
    ['json', '{"a": {"b": "first-secret", "l": ["x", "y", {"z": true}], "n": 5}, "f_unencrypted": {"g": 1.5, "h": "open"}}'],
    ['dotenv', '# top\nA=first-secret\nB=two\nC=\nD_unencrypted=open\n'],
    ['ini', '; top\nk = first-secret\n[s]\n; of a\na = one\nb = two\nc_unencrypted = open\n'],
    ['binary', 'first-secret\n'],
  ]
  const change = fc.oneof(
    fc.record({ kind: fc.constantFrom('remove', 'twice'), at: fc.nat(200) }), fc.record({ kind: fc.constant('swap'), at: fc.nat(200), other: fc.nat(200) }),
    fc.record({ kind: fc.constant('char'), at: fc.nat(20_000), text: fc.stringMatching(/^[A-Za-z0-9+/=:"{}\[\], #_.-]{0,2}$/) }),
    fc.record({ kind: fc.constant('replace'), which: fc.constantFrom<readonly [RegExp, string]>([/first-|open|"b"|\bb:/, 'other'], [/type:str/, 'type:int'], [/type:\w+/, 'type:comment'], [/ENC\[[^\]]*\]/, 'plain'], [/lastmodified(\W+)20/, 'lastmodified$119'], [/ENC\[[^\]]*\]/, ''], [/_unencrypted/, '_plain']) }),
  )
  const applied = (text: string, edit: { kind: string; at?: number; other?: number; text?: string; which?: readonly [RegExp, string] }): string => {
    if (edit.kind === 'replace') return text.replace(edit.which![0], edit.which![1])
    if (edit.kind === 'char') return text.slice(0, edit.at! % text.length) + edit.text! + text.slice((edit.at! % text.length) + 1)
    const lines = text.split('\n')
    const at = edit.at! % lines.length
    if (edit.kind === 'remove') lines.splice(at, 1)
    else if (edit.kind === 'twice') lines.splice(at, 0, lines[at]!)
    else [lines[at], lines[edit.other! % lines.length]] = [lines[edit.other! % lines.length]!, lines[at]!]
    return lines.join('\n')
  }

  const stricter = /is marked as|stands in line \d+ already|for 0 keys|lastmodified is missing|the key for/

  test('whatever is done to a file: what opens opens for sops, to the same, and what sops refuses is refused', async () => {
    // Comments count for nothing: what is left of damaged ones may differ.
    const values = (text: string): string => blocks(text).replace(/^\s*[#;].*\n/gm, '')
    const files = await Promise.all(sources.map(async ([format, text]) => [format, await encrypt(text, format)] as const))
    await fc.assert(fc.asyncProperty(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 2 }), async ([format, file], edits) => {
      const text = edits.reduce(applied, file)
      const theirs = real.run('decrypt', '--input-type', format, '--output-type', format, real.put('changed', encodeUtf8(text)))
      const ours = await decrypt(text, format).then((out) => ({ out }), (error: unknown) => ({ error }))
      if ('out' in ours) {
        // Which sops wrote it is no matter here.
        if (/version|ParseUint|(?:major|minor|patch) number/i.test(theirs.err)) return
        expect({ text, code: theirs.code, out: values(theirs.out) }, theirs.err).toEqual({ text, code: 0, out: values(ours.out) })
        return
      }
      expect(ours.error).toMatchObject({ name: 'PintleError' })
      const { message } = ours.error as Error
      expect(message).not.toContain('first-secret')
      // What sops opens all the same; it reads the names of the metadata in any letters.
      if (theirs.code === 0) expect(message).toMatch(stricter)
    }), { ...runs, numRuns: runs.numRuns * 4 })
  }, 240_000)

  test('random bytes', () => fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
    await compare(text, 'binary')
  }), runs), 120_000)
})
