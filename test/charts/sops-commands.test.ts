/** Every command of `pintle secrets` that sops has, beside it: the same command line over the same files gives the same output, exit code and files. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync, lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { runCli, startCli, type CliResult } from '../cli/run-cli.ts'
import { masked, realSops, type RealSops } from './real-sops.ts'

const sops = await ensureTool('sops')

const plain = 'a:\n    # of b\n    b: first-value\n    num: 5\n    l:\n        - x\n        - z: 2\nsame: second-value\nopen_unencrypted: free\n'

describe.skipIf(sops === undefined)('beside sops', () => {
  let real: RealSops
  let encrypted: string
  let count = 0
  beforeAll(async () => {
    real = await realSops(sops!, 3)
    encrypted = real.ok('encrypt', '--age', real.keys[0]!.recipient, real.put('plain.yaml', plain))
  })
  afterAll(() => real.close())
  const recipient = (i: number): string => real.keys[i]!.recipient

  /** `theirs` are sops' arguments where they are not the same. */
  interface Step { readonly args: readonly string[]; readonly theirs?: readonly string[]; readonly global?: readonly string[]; readonly stdin?: string; readonly env?: Record<string, string> }
  interface Both { readonly ours: CliResult; readonly theirs: CliResult; readonly ourFiles: Record<string, string>; readonly theirFiles: Record<string, string>; readonly folder: string }

  /** Runs command lines in two folders with the same files. `global` are flags that sops takes before the command. */
  async function both(files: Record<string, string>, ...steps: Step[]): Promise<Both> {
    const results: CliResult[][] = [[], []]
    const folders = ['ours', 'theirs'].map((name) => join(real.folder, `${++count}`, name))
    for (const [i, folder] of folders.entries()) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      mkdirSync(folder, { recursive: true })
      for (const { args, theirs = args, global = [], stdin, env } of steps) {
        const program = i === 0 ? undefined : [sops!]
        results[i]!.push(await runCli(i === 0 ? ['secrets', ...args, ...global] : [...global, ...theirs], { cwd: folder, env: { ...real.env, ...env }, ...(stdin !== undefined && { stdin }), ...(program && { program }) }))
      }
    }
    const [ours, theirs] = folders.map((folder) => Object.fromEntries(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => [join(e.parentPath, e.name).slice(folder.length + 1), readFileSync(join(e.parentPath, e.name), 'utf8')]).sort()))
    return { ours: results[0]!.at(-1)!, theirs: results[1]!.at(-1)!, ourFiles: ours!, theirFiles: theirs!, folder: folders[0]! }
  }

  /** The same exit code, output and files. */
  async function same(files: Record<string, string>, ...steps: Step[]): Promise<Both> {
    const run = await both(files, ...steps)
    expect({ code: run.ours.code, out: masked(run.ours.out) }, `${run.ours.err}\n--- sops:\n${run.theirs.err}`).toEqual({ code: run.theirs.code, out: masked(run.theirs.out) })
    expect(maskedFiles(run.ourFiles)).toEqual(maskedFiles(run.theirFiles))
    return run
  }
  const maskedFiles = (files: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(files).map(([name, text]) => [name, masked(text)]))
  const opens = (text: string, name = 'x.yaml'): string => real.ok('decrypt', real.put(name, text))

  describe('encrypt', () => {
    const age = (): string[] => ['--age', recipient(0)]
    test.each<[string, () => Step, Record<string, string>]>([
      ['to standard output', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': plain }],
      ['in place', () => ({ args: ['encrypt', '-i', ...age(), 'f.yaml'] }), { 'f.yaml': plain }],
      ['into another file', () => ({ args: ['encrypt', '--output', 'o.yaml', ...age(), 'f.yaml'] }), { 'f.yaml': plain }],
      ['standard input', () => ({ args: ['encrypt', ...age(), '--filename-override', 'x.json'], stdin: '{"a": 1}' }), {}],
      ['standard input without a name', () => ({ args: ['encrypt', ...age()], stdin: '{"a": 1}' }), {}],
      ['by type', () => ({ args: ['encrypt', '--input-type', 'yaml', '--output-type', 'json', ...age(), 'f.txt'] }), { 'f.txt': plain }],
      ['by variable', () => ({ args: ['encrypt', 'f.yaml'], env: { SOPS_AGE_RECIPIENTS: `${recipient(0)},${recipient(1)}` } }), { 'f.yaml': plain }],
      ['an encrypted suffix', () => ({ args: ['encrypt', ...age(), '--encrypted-suffix', 'same', 'f.yaml'] }), { 'f.yaml': plain }],
      ['an encrypted expression', () => ({ args: ['encrypt', ...age(), '--encrypted-regex', '^(l|same)$', 'f.yaml'] }), { 'f.yaml': plain }],
      ['an unencrypted expression', () => ({ args: ['encrypt', ...age(), '--unencrypted-regex', '^l$', 'f.yaml'] }), { 'f.yaml': plain }],
      // sops' command passes these two over; its old form does not.
      ['comments that decide', () => ({ args: ['encrypt', ...age(), 'f.yaml'], theirs: ['-e', ...age(), 'f.yaml'], global: ['--encrypted-comment-regex', 'of b'] }), { 'f.yaml': plain }],
      ['comments that keep', () => ({ args: ['encrypt', ...age(), 'f.yaml'], theirs: ['-e', ...age(), 'f.yaml'], global: ['--unencrypted-comment-regex', '^ of b'] }), { 'f.yaml': plain }],
      ['a MAC of what is encrypted', () => ({ args: ['encrypt', ...age(), '--encrypted-regex', '^same$', 'f.yaml'], global: ['--mac-only-encrypted'] }), { 'f.yaml': plain }],
      ['indented by two', () => ({ args: ['encrypt', ...age(), 'f.yaml'], global: ['--indent', '2'] }), { 'f.yaml': plain }],
      ['two rules', () => ({ args: ['encrypt', ...age(), '--encrypted-suffix', 'a', '--encrypted-regex', 'b', 'f.yaml'] }), { 'f.yaml': plain }],
      ['an encrypted file', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': 'a: 1\nsops: {}\n' }],
      ['an empty file', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': '' }],
      ['a file that is none', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': 'a: [' }],
      ['a list', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': '- a\n' }],
      ['a list of JSON', () => ({ args: ['encrypt', ...age(), 'f.json'] }), { 'f.json': '[1]' }],
      ['a key that is a number', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': '1: a\n' }],
      ['a key that is a list', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': '? [a]\n: b\n' }],
      ['a number of more than 64 bits', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': 'a: 18446744073709551615\n' }],
      ['an anchor in itself', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': 'a: &x [*x]\n' }],
      ['tags', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': 'a: !foo bar\nb: !!str 5\nc: !!float 1\nd: !!binary aGk=\ne: !!set {x, y}\n' }],
      ['line ends of Windows, after a mark of order', () => ({ args: ['encrypt', ...age(), 'f.yaml'] }), { 'f.yaml': '\ufeff# c\r\na: b\r\nc: |\r\n  x\r\n  y\r\n' }],
      ['no file', () => ({ args: ['encrypt', ...age(), 'none.yaml'] }), {}],
      ['nobody to encrypt for', () => ({ args: ['encrypt', 'f.yaml'] }), { 'f.yaml': plain }],
      ['a file that is given out twice', () => ({ args: ['encrypt', '-i', '--output', 'o', ...age(), 'f.yaml'] }), { 'f.yaml': plain }],
    ])('%s', async (_, step, files) => {
      const { ours, ourFiles } = await same(files, step())
      const result = ours.out.includes('ENC[') ? ours.out : ourFiles['o.yaml'] ?? (ourFiles['f.yaml']?.includes('age:') ? ourFiles['f.yaml'] : undefined)
      if (ours.code === 0) expect(opens(result!, result!.startsWith('{') ? 'x.json' : 'x.yaml')).not.toContain('ENC[')
    })
  })

  describe('.sops.yaml', () => {
    const config = (): string => `stores: {yaml: {indent: 2}, json: {indent: 1}}
creation_rules:
  - path_regex: ^deep/.*\\.yaml$
    age: [${recipient(0)}, ${recipient(1)}]
    encrypted_regex: same
    mac_only_encrypted: true
  - path_regex: groups
    shamir_threshold: 2
    key_groups:
      - merge: [{age: [${recipient(0)}]}, {age: ['${recipient(0)}']}]
      - age: ['${recipient(1)}']
      - age: ['${recipient(2)}']
  - path_regex: \\.json$
    age: ${recipient(0)}, ${recipient(2)},
`
    const files = (): Record<string, string> => ({ '.sops.yaml': config(), 'deep/f.yaml': plain, 'groups.yaml': plain, 'x.json': '{"a": [1, {"b": true}]}', 'other.yaml': plain })
    test.each([
      ['a path and a rule', ['encrypt', 'deep/f.yaml']], ['key groups', ['encrypt', 'groups.yaml']], ['a list of keys in a text', ['encrypt', 'x.json']], ['no rule', ['encrypt', 'other.yaml']],
      ['no rule, but a key', ['encrypt', '--age', 'age1', 'other.yaml']], ['another name', ['encrypt', '--filename-override', 'groups.yaml', 'other.yaml']],
    ])('%s', async (_, args) => {
      await same(files(), { args })
    })

    test('named by flag and variable', async () => {
      await same({ ...files(), 'c.yaml': `creation_rules: [{age: ${recipient(2)}}]\n` }, { args: ['encrypt', 'groups.yaml'], global: ['--config', 'c.yaml'] })
      await same({ ...files(), 'c.yaml': `creation_rules: [{age: ${recipient(2)}}]\n` }, { args: ['encrypt', 'groups.yaml'], env: { SOPS_CONFIG: 'c.yaml' } })
    })

    test('updatekeys', async () => {
      const start = { '.sops.yaml': `creation_rules: [{age: "${recipient(0)},${recipient(1)}"}]\n`, 'f.yaml': encrypted }
      const { ourFiles } = await both(start, { args: ['updatekeys', '-y', 'f.yaml'] })
      expect(ourFiles['f.yaml']).toContain(recipient(1))
      expect(ourFiles['f.yaml']!.split('sops:')[0]).toBe(encrypted.split('sops:')[0])
      expect(opens(ourFiles['f.yaml']!)).toBe(plain)
      const run = await both(start, { args: ['updatekeys', '-y', 'f.yaml'] }, { args: ['updatekeys', '-y', 'f.yaml'] })
      expect([run.ours.code, run.theirs.code, maskedFiles(run.ourFiles)]).toEqual([0, 0, maskedFiles(run.theirFiles)])
      expect(run.ours.err).toContain('already up to date')
      const asked = await both(start, { args: ['updatekeys', 'f.yaml'], stdin: 'n\n' })
      expect([asked.ours.code, asked.theirs.code, asked.ourFiles]).toEqual([0, 0, start])
      expect(asked.ours.err).toContain(`+ ${recipient(1)}`)
    })

    test('updatekeys to groups and back', async () => {
      const groups = `creation_rules: [{shamir_threshold: 2, key_groups: [{age: [${recipient(0)}]}, {age: [${recipient(1)}]}, {age: [${recipient(2)}]}]}]\n`
      const two = { SOPS_AGE_KEY: `${real.keys[0]!.identity}\n${real.keys[1]!.identity}` }
      const run = await both({ '.sops.yaml': groups, 'f.yaml': encrypted }, { args: ['updatekeys', '-y', 'f.yaml'] })
      expect(maskedFiles(run.ourFiles)).toEqual(maskedFiles(run.theirFiles))
      const back = await both({ '.sops.yaml': `creation_rules: [{age: "${recipient(0)}"}]\n`, 'f.yaml': run.ourFiles['f.yaml']! }, { args: ['updatekeys', '-y', 'f.yaml'], env: { SOPS_AGE_KEY: `${two.SOPS_AGE_KEY}\n${real.keys[2]!.identity}` } })
      expect([back.ours.code, back.theirs.code]).toEqual([0, 0])
      expect(opens(back.ourFiles['f.yaml']!)).toBe(plain)
    })
  })

  describe('decrypt', () => {
    const wrong = { SOPS_AGE_KEY: 'none' }
    test.each<[string, Step, ((text: string) => string)?]>([
      ['to standard output', { args: ['decrypt', 'f.yaml'] }],
      ['in place', { args: ['decrypt', '-i', 'f.yaml'] }],
      ['into another file', { args: ['decrypt', '--output', 'o', 'f.yaml'] }],
      ['as JSON', { args: ['decrypt', '--output-type', 'json', 'f.yaml'] }],
      ['as JSON, indented', { args: ['decrypt', '--output-type', 'json', 'f.yaml'], global: ['--indent', '2'] }],
      ['as dotenv, which it cannot be', { args: ['decrypt', '--output-type', 'dotenv', 'f.yaml'] }],
      ['as INI, which it cannot be', { args: ['decrypt', '--output-type', 'ini', 'f.yaml'] }],
      ['as bytes, which it is not', { args: ['decrypt', '--output-type', 'binary', 'f.yaml'] }],
      ['a text of it', { args: ['decrypt', '--extract', '["a"]["b"]', 'f.yaml'] }],
      ['a number of it', { args: ['decrypt', '--extract', "['a']['num']", 'f.yaml'] }],
      ['a map of it', { args: ['decrypt', '--extract', '["a"]["l"][1]', 'f.yaml'] }],
      ['a list of it', { args: ['decrypt', '--extract', '["a"]["l"]', 'f.yaml'] }],
      ['a list of it as JSON', { args: ['decrypt', '--output-type', 'json', '--extract', '["a"]["l"]', 'f.yaml'] }],
      ['what it has not', { args: ['decrypt', '--extract', '["q"]', 'f.yaml'] }],
      ['an item it has not', { args: ['decrypt', '--extract', '["a"]["l"][7]', 'f.yaml'] }],
      ['an item of a map', { args: ['decrypt', '--extract', '["a"]["b"][0]', 'f.yaml'] }],
      ['no path', { args: ['decrypt', '--extract', 'a', 'f.yaml'] }],
      ['with the wrong key', { args: ['decrypt', 'f.yaml'], env: wrong }],
      ['a changed byte', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/(b: ENC\[AES256_GCM,data:)(.)/, (_, start: string, c: string) => start + (c === 'A' ? 'B' : 'A'))],
      ['a removed line', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/^same:.*\n/m, '')],
      ['reordered lines', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/^(same:.*\n)(open_.*\n)/m, '$2$1')],
      ['a moved value', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace('same:', 'other:')],
      ['a changed MAC', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/(mac: ENC\[AES256_GCM,data:)(.)/, (_, start: string, c: string) => start + (c === 'A' ? 'B' : 'A'))],
      ['a value in plain text', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/^same:.*$/m, 'same: second-value')],
      ['what is not whole, asked for', { args: ['decrypt', '--ignore-mac', 'f.yaml'] }, (text) => text.replace(/^same:.*\n/m, '')],
      ['a file without a MAC', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/^ {4}mac:.*\n/m, '')],
      ['a file without a MAC, asked for', { args: ['decrypt', '--ignore-mac', 'f.yaml'] }, (text) => text.replace(/^ {4}mac:.*\n/m, '')],
      ['a file without a time', { args: ['decrypt', 'f.yaml'] }, (text) => text.replace(/^ {4}lastmodified:.*\n/m, '')],
      ['what is not encrypted', { args: ['decrypt', 'f.yaml'] }, () => plain],
      ['no file', { args: ['decrypt', 'none.yaml'] }],
    ])('%s', async (_, step, change = (text) => text) => {
      const { ours } = await same({ 'f.yaml': change(encrypted) }, step)
      if (ours.code !== 0) expect(ours.err).not.toMatch(/first-value|second-value/)
    })

    test('standard input', () => same({}, { args: ['decrypt', '--input-type', 'yaml', '--output-type', 'yaml'], stdin: encrypted }))
  })

  describe('rotate', () => {
    test.each<[string, () => Step]>([
      ['to standard output', () => ({ args: ['rotate', 'f.yaml'] })],
      ['for one more', () => ({ args: ['rotate', '-i', '--add-age', recipient(1), 'f.yaml'] })],
      ['for another', () => ({ args: ['rotate', '-i', '--add-age', recipient(1), '--rm-age', recipient(0), 'f.yaml'] })],
      ['for nobody', () => ({ args: ['rotate', '-i', '--rm-age', recipient(0), 'f.yaml'] })],
      ['what is not there', () => ({ args: ['rotate', '-i', '--rm-age', recipient(0), 'none.yaml'] })],
    ])('%s', async (_, step) => {
      const { ours, ourFiles } = await same({ 'f.yaml': encrypted }, step())
      const text = ours.out || ourFiles['f.yaml']!
      if (ours.code === 0) expect(text).not.toContain(/b: ENC\[AES256_GCM,data:[^,]*/.exec(encrypted)![0])
    })
  })

  describe('set and unset', () => {
    test.each<[string, string[]]>([
      ['a text', ['set', 'f.yaml', '["a"]["b"]', '"two"']], ['a number', ['set', 'f.yaml', '["a"]["b"]', '7']], ['nothing', ['set', 'f.yaml', '["a"]["b"]', 'null']],
      ['a map', ['set', 'f.yaml', '["a"]["m"]', '{"x": {"y": [1, 2.5]}}']], ['a new item', ['set', 'f.yaml', '["a"]["l"][9]', 'true']], ['an item', ['set', 'f.yaml', '["a"]["l"][1]["z"]', '"q"']],
      ['a way that is not there', ['set', 'f.yaml', '["p"]["q"][0]["r"]', '"s"']], ['below a text', ['set', 'f.yaml', '["same"]["x"]', '"s"']],
      ['the same', ['set', 'f.yaml', '["a"]["b"]', '"first-value"']], ['the same, said to be', ['set', '--idempotent', 'f.yaml', '["a"]["b"]', '"first-value"']],
      ['in plain text', ['set', 'f.yaml', '["open_unencrypted"]', '"y"']], ['metadata', ['set', 'f.yaml', '["sops"]', '"y"']],
      ['no JSON', ['set', 'f.yaml', '["a"]["b"]', 'two']], ['no path', ['set', 'f.yaml', 'a', '1']], ['too little', ['set', 'f.yaml', '["a"]']],
      ['from a file', ['set', '--value-file', 'f.yaml', '["a"]["b"]', 'v.json']],
      ['unset a value', ['unset', 'f.yaml', '["a"]["b"]']], ['unset an item', ['unset', 'f.yaml', '["a"]["l"][0]']], ['unset what is not there', ['unset', 'f.yaml', '["a"]["x"]']],
      ['unset an item that is not there', ['unset', 'f.yaml', '["a"]["l"][4]']], ['unset what is not there, asked for', ['unset', '--idempotent', 'f.yaml', '["a"]["x"]']], ['unset no path', ['unset', 'f.yaml', 'a']],
    ])('%s', async (_, args) => {
      const { ours, ourFiles, theirFiles } = await same({ 'f.yaml': encrypted, 'v.json': '"from file"' }, { args })
      if (ours.code !== 0) return
      expect(opens(ourFiles['f.yaml']!)).toBe(opens(theirFiles['f.yaml']!))
      // What did not change looks the same: the same lines of values are new in both.
      const fresh = (text: string): string[] => text.split('\n').filter((line) => line.includes('ENC[') && !line.includes('mac:') && !encrypted.includes(line)).map((line) => masked(line))
      expect(fresh(ourFiles['f.yaml']!)).toEqual(fresh(theirFiles['f.yaml']!))
    })

    test('a value from standard input', () => same({ 'f.yaml': encrypted }, { args: ['set', '--value-stdin', 'f.yaml', '["a"]["b"]'], stdin: '"piped"' }))
    test('a list, which sops cannot set', async () => {
      const { ours, theirs, ourFiles } = await both({ 'f.yaml': encrypted }, { args: ['set', 'f.yaml', '["a"]["b"]', '[1, {"x": 2}]'] })
      expect([ours.code, theirs.code]).toEqual([0, 7])
      expect(opens(ourFiles['f.yaml']!)).toContain('    b:\n        - 1\n        - x: 2\n')
    })
  })

  describe('edit', () => {
    const editor = (script: string): Record<string, string> => ({ EDITOR: `sh -c '${script}' sh` })
    test.each<[string, Step]>([
      ['a changed value', { args: ['edit', 'f.yaml'], env: editor('sed -i "s/first-value/two/; s/of b/of c/" "$1"') }],
      ['nothing', { args: ['edit', 'f.yaml'], env: { EDITOR: 'true' } }],
      ['an editor that fails', { args: ['edit', 'f.yaml'], env: { SOPS_EDITOR: 'false', EDITOR: 'true' } }],
      ['no editor', { args: ['edit', 'f.yaml'], env: { EDITOR: '/nonexistent' } }],
      ['a file that is not whole', { args: ['edit', 'g.yaml'], env: { EDITOR: 'true' } }],
      ['without its key', { args: ['edit', 'f.yaml'], env: { EDITOR: 'true', SOPS_AGE_KEY: 'none' } }],
    ])('%s', async (_, step) => {
      await same({ 'f.yaml': encrypted, 'g.yaml': encrypted.replace(/^same:.*\n/m, '') }, step)
    })

    test('a new file', async () => {
      const { ours, theirs, ourFiles } = await both({}, { args: ['edit', '--age', recipient(0), 'n.yaml'], env: editor('echo "k: v" > "$1"') })
      expect([ours.code, theirs.code]).toEqual([0, 0])
      expect(opens(ourFiles['n.yaml']!)).toBe('k: v\n')
    })

    test('the plain text stands in a folder of its own that nobody else can enter, and is gone afterwards', async () => {
      const look = join(real.folder, 'look')
      const { ours } = await both({ 'f.yaml': encrypted }, { args: ['edit', 'f.yaml'], env: editor(`stat -c "%a %n" "$1" "$(dirname "$1")" >> ${look}; stat -f -c %T "$1" >> ${look}; touch "$(dirname "$1")/.swap"`) })
      expect(ours.code).toBe(200)
      const [file, folder, type] = readFileSync(look, 'utf8').split('\n')
      expect(file).toMatch(/^600 .*\/f\.yaml$/)
      expect(folder).toMatch(/^700 /)
      expect(() => statSync(folder!.slice(4))).toThrow('ENOENT')
      if (execFileSync('stat', ['-f', '-c', '%T', '/dev/shm']).toString().trim() === 'tmpfs') expect(type).toBe('tmpfs')
    })

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s leaves nothing behind', async (signal) => {
      const folder = join(real.folder, `kill-${signal}`)
      mkdirSync(folder)
      writeFileSync(join(folder, 'f.yaml'), encrypted)
      const running = startCli(['secrets', 'edit', 'f.yaml'], { cwd: folder, env: { ...real.env, ...editor('echo "at $1" >&2; sleep 20') } })
      let said = ''
      await running.said(/at \/.*\n/)
      running.kill(signal)
      const { code, err } = await running.ended
      said = /at (\/.*)/.exec(err)![1]!
      expect(code).toBe(1)
      expect(() => statSync(dirname(said))).toThrow('ENOENT')
      expect(readFileSync(join(folder, 'f.yaml'), 'utf8')).toBe(encrypted)
    }, 30_000)

    test('a file that somebody else wrote meanwhile is not written over, and the edit is not lost', async () => {
      const { ours, ourFiles } = await both({ 'f.yaml': encrypted }, { args: ['edit', 'f.yaml'], env: editor('sed -i "s/first-value/mine/" "$1"; echo "# theirs" >> f.yaml') })
      expect(ours).toMatchObject({ code: 3, err: expect.stringContaining('changed while it was edited') })
      expect(ourFiles['f.yaml']).toBe(`${encrypted}# theirs\n`)
      expect(opens(ourFiles['f.yaml.edited']!)).toContain('b: mine')
    })

    test('what is no YAML can be mended, or the file stays as it was', async () => {
      const env = editor('if [ -e again ]; then echo "a: 1" > "$1"; else touch again; echo "a: [" > "$1"; fi')
      const mended = await both({ 'f.yaml': encrypted }, { args: ['edit', 'f.yaml'], env, stdin: '\n' })
      expect(mended.ours.code).toBe(0)
      expect(opens(mended.ourFiles['f.yaml']!)).toBe('a: 1\n')
      const run = await runCli(['secrets', 'edit', 'f.yaml'], { cwd: (await both({ 'f.yaml': encrypted, again: '' }, { args: ['filestatus', 'f.yaml'] })).folder, env: { ...real.env, ...editor('echo "a: [" > "$1"') } })
      expect(run).toMatchObject({ code: 1, err: expect.stringContaining('yaml: line') })
    })
  })

  test.each([['an encrypted file', (text: string) => text], ['another one', () => plain], ['one without a MAC', (text: string) => text.replace(/^ {4}mac:.*\n/m, '')], ['one that is none', () => 'a: [']])('filestatus of %s', async (_, change) => {
    await same({ 'f.yaml': change(encrypted) }, { args: ['filestatus', 'f.yaml'] })
  })

  test('a file keeps its mode, and a link stays a link', async () => {
    const folder = join(real.folder, 'modes')
    mkdirSync(folder)
    writeFileSync(join(folder, 'f.yaml'), plain)
    chmodSync(join(folder, 'f.yaml'), 0o640)
    symlinkSync('f.yaml', join(folder, 'link.yaml'))
    expect((await runCli(['secrets', 'encrypt', '-i', '--age', recipient(0), 'link.yaml'], { cwd: folder, env: { ...real.env } })).code).toBe(0)
    expect(lstatSync(join(folder, 'link.yaml')).isSymbolicLink()).toBe(true)
    expect(statSync(join(folder, 'f.yaml')).mode & 0o777).toBe(0o640)
    expect(opens(readFileSync(join(folder, 'f.yaml'), 'utf8'))).toBe(plain)
    expect(readdirSync(folder).sort()).toEqual(['f.yaml', 'link.yaml'])
    rmSync(folder, { recursive: true })
  })

  test("helm-secrets' enc and dec: in place, and beside the file", async () => {
    const folder = join(real.folder, 'words')
    mkdirSync(join(folder, 'deep'), { recursive: true })
    const cli = (args: string[], env: Record<string, string> = {}): Promise<CliResult> => runCli(['secrets', ...args], { cwd: folder, env: { ...real.env, ...env } })
    writeFileSync(join(folder, 'deep', '.sops.yaml'), `creation_rules: [{age: "${recipient(0)}"}]\n`)
    writeFileSync(join(folder, 'deep', 's.yaml'), plain)
    expect((await cli(['enc', 'deep/s.yaml'])).code).toBe(0)
    expect(opens(readFileSync(join(folder, 'deep/s.yaml'), 'utf8'))).toBe(plain)
    expect(await cli(['enc', 'deep/s.yaml'])).toMatchObject({ code: 203, err: expect.stringContaining('encrypted already') })
    expect((await cli(['dec', 'deep/s.yaml'])).code).toBe(0)
    expect(readFileSync(join(folder, 'deep/s.yaml.dec'), 'utf8')).toBe(plain)
    expect(statSync(join(folder, 'deep/s.yaml.dec')).mode & 0o777).toBe(0o600)
    writeFileSync(join(folder, 'deep/s.yaml.dec'), 'k: v\n')
    expect((await cli(['enc', 'deep/s.yaml'])).code).toBe(0)
    expect(opens(readFileSync(join(folder, 'deep/s.yaml'), 'utf8'))).toBe('k: v\n')
    const named = { HELM_SECRETS_DEC_DIR: join(folder, 'out'), HELM_SECRETS_DEC_PREFIX: 'p-', HELM_SECRETS_DEC_SUFFIX: '.plain' }
    expect((await cli(['dec', 'deep/s.yaml'], named)).code).toBe(0)
    expect(readFileSync(join(folder, 'out', 'deep_p-s.yaml.plain'), 'utf8')).toBe('k: v\n')
    expect(await cli(['dec', 'deep/s.yaml'], { HELM_SECRETS_DEC_SUFFIX: '' })).toMatchObject({ code: 1, err: expect.stringContaining('written over') })
    expect((await cli(['enc', 'none.yaml'])).code).toBe(1)
    expect(JSON.parse((await cli(['decrypt', '--terraform', 'deep/s.yaml'])).out)).toEqual({ content_base64: Buffer.from('k: v\n').toString('base64') })
  })
})
