/** References beside the real vals: the same input, the same values or the same words of failure. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { expandReferences, expandText } from '../../src/charts/references/index.ts'
import { jsonMarshal, type Value } from '../../src/language/go/index.ts'
import { unmarshalV3 } from '../../src/language/yaml/index.ts'

const [vals, sops] = [await ensureTool('vals'), await ensureTool('sops')]

describe.skipIf(vals === undefined || sops === undefined)('vals', () => {
  let folder: string
  let env: Record<string, string>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vals-'))
    const identity = await generateX25519Identity()
    env = { PATH: process.env.PATH!, HOME: folder, SOPS_AGE_KEY: identity, NAME: 'value', EMPTY: '', DOC: '{a: {b: 1}}', URI: 'doc.yaml', VALS_ENCODE: '' }
    mkdirSync(join(folder, 'sub'))
    writeFileSync(join(folder, 'doc.yaml'), 'a: {b: deep, list: [x, 1, {y: z}], n: 5, f: 1.5, t: true, e: null}\nflat: 7\nday: 2024-05-06\nbig: 12345678901234567890\nb/c: slashed\n1: one\nmulti: |\n  two\n  lines\n')
    writeFileSync(join(folder, 'doc.json'), '{"a": {"b": "from json", "n": 1e3}, "html": "<&>"}')
    writeFileSync(join(folder, 'plain.txt'), 'the text\n')
    writeFileSync(join(folder, 'empty.yaml'), '')
    writeFileSync(join(folder, 'list.yaml'), '- a\n- b\n')
    writeFileSync(join(folder, 'sub', 'key'), 'a/b')
    writeFileSync(join(folder, 'secret.yaml'), 'db:\n    password: hunter2\n    port: 5432\n')
    writeFileSync(join(folder, 'secret.env'), 'A=one\nB=two\n')
    writeFileSync(join(folder, 'secret.bin'), 'raw bytes\n')
    const recipient = await identityToRecipient(identity)
    for (const name of ['secret.yaml', 'secret.env', 'secret.bin']) expect(spawnSync(sops!, ['encrypt', '-i', '--age', recipient, name], { cwd: folder, env }).status).toBe(0)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** What comes out, as JSON; or what was said. */
  const real = (yaml: string, ...flags: string[]): string => {
    const { status, stdout, stderr } = spawnSync(vals!, ['eval', '-s', '-o', 'json', ...flags, '-f', '-'], { cwd: folder, env, input: yaml })
    return status === 0 ? stdout.toString().trimEnd() : `failed: ${stderr.toString().trimEnd()}`
  }
  const ours = (yaml: string, options: { failOnMissingKey?: boolean; excludeSecretRefs?: boolean } = {}): Promise<string> =>
    expandReferences(unmarshalV3(yaml) as Map<string, Value>, { folder, env, failOnMissingKey: true, ...options }).then((value) => jsonMarshal(value), (error: Error) => `failed: ${error.message}`)

  test.each([
    // What a reference is, and where it ends.
    'a: ref+echo://foo/bar', 'a: ref+echo://foo/bar/', 'a: ref+echo://x', 'a: ref+echo://xy', 'a: secretref+echo://foo', 'a: ref+ECHO://foo', 'a: ref+echo:/foo', 'a: ref+://foo/bar', 'a: xref+echo://foo',
    'a: ref+echo://foo+', 'a: ref+echo://foo++', 'a: x ref+echo://foo y', 'a: ref+echo://one+ref+echo://two', 'a: ref+echo://one+ ref+echo://two+', 'a: "ref+echo://one, ref+echo://two"', "a: 'k=\"ref+echo://one\"'",
    'a: "ref+echo://one\\nref+echo://two"', 'a: ref+echo://foo%20bar/baz%2Fx', 'a: ref+echo://foo?x=1&y=2', 'a: ref+echo://foo?x=%zz', 'a: ref+echo://foo/#/', 'a: ref+echo:///abs/path', 'a: ref+echo://foo//bar',
    'a: ref+echo://user:pw@foo/bar', 'a: ref+echo://foo:80/bar', 'a: ref+echo://foo:bar', 'a: ref+echo://föö/bär', 'a: ref+echo://a b', 'a: ref+echo://[::1]/x', 'a: ref+echo://{x}/y', 'a: ref+echo://foo/{x}',
    // Fragments.
    'a: ref+echo://foo/bar#/foo', 'a: ref+echo://foo/bar/baz#/foo/bar', 'a: ref+echo://foo/bar/baz#/foo', 'a: ref+echo://foo#/foo', 'a: ref+file://doc.yaml#/a/b', 'a: ref+file://doc.yaml#a/b', 'a: ref+file://doc.yaml##/a/b',
    'a: ref+file://doc.yaml#/a/list', 'a: ref+file://doc.yaml#/a', 'a: ref+file://doc.yaml#/flat', 'a: ref+file://doc.yaml#/a/f', 'a: ref+file://doc.yaml#/a/t', 'a: ref+file://doc.yaml#/a/e', 'a: ref+file://doc.yaml#/multi',
    'a: x-ref+file://doc.yaml#/a/f', 'a: x-ref+file://doc.yaml#/a', 'a: x-ref+file://doc.yaml#/a/e', 'a: x-ref+file://doc.yaml#/a/list', 'a: x-ref+file://doc.yaml#/a/t+-y', 'a: ref+file://doc.yaml#/none', 'a: ref+file://doc.yaml#/a/none/x',
    'a: ref+file://doc.yaml#/1', 
    // Files.
    'a: ref+file://plain.txt', 'a: ref+file://./plain.txt', 'a: ref+file://plain.txt/', 'a: ref+file://plain.txt?encode=base64', 'a: ref+file://plain.txt?encode=hex', 'a: ref+file://none.txt', 'a: ref+file://none.yaml#/a', 'a: ref+file://sub',
    'a: ref+file://doc.json#/a/b', 'a: ref+file://doc.json#/a/n', 'a: ref+file://doc.json#/html', 'a: ref+file://empty.yaml#/a', 'a: ref+file://list.yaml#/a',
    // Variables.
    'a: ref+envsubst://$NAME', 'a: ref+envsubst://$NONE/x', 'a: ref+envsubst:///x${NAME}y', 'a: ref+envsubst:///${NONE:-other}', 'a: ref+envsubst:///${EMPTY:-other}', 'a: ref+envsubst:///${EMPTY-other}', 'a: ref+envsubst:///${NONE-other}',
    'a: ref+envsubst:///${NONE:=other}', 'a: ref+envsubst:///${NONE:-$NAME}', 'a: ref+envsubst:///$$NAME', 'a: ref+envsubst:///${NAME', 'a: ref+envsubst://$DOC#/a/b', 'a: ref+envsubst:///${NAME:-}', 'a: ref+envsubst:///a$b$', 'a: ref+envsubst:///${}',
    // References in references.
    'a: ref+file://ref+envsubst://$URI+#/a/b', 'a: ref+echo://ref+echo://ref+echo://foo', 'a: ref+echo://ref+file://sub/key', 'a: ref+echo://ref+file://doc.yaml#/a', 'a: ref+echo://ref+file://doc.yaml#/a/e',
    // Trees and keys.
    'a: [ref+echo://one, {b: ref+echo://two}, 3, null, true]', 'a: {b: {c: ref+echo://foo}}\nd: ref+echo://bar', 'ref+file://doc.json: {}', 'ref+file://doc.json: {x: 1}\na: kept', 'ref+echo://foo: bar', 'ref+file://doc.json#/a: {x: 1}',
    'a: {ref+file://doc.json: {x: 1}}',
    // SOPS.
    'a: ref+sops://secret.yaml#/db/password', 'a: ref+sops://secret.yaml#/db/port', 'a: ref+sops://secret.yaml#/db', 'a: ref+sops://secret.env', 'a: ref+sops://secret.bin', 'a: ref+sops://none.yaml#/a', 'a: ref+sops://secret.yaml', 'a: ref+sops://secret.yaml?key_type=x#/a',
    'a: ref+sops://secret.env?format=dotenv',
    // Nobody's.
    'a: ref+nothing://foo', 'a: ref+env://NAME',
  ])('%s', async (yaml) => expect(await ours(yaml)).toBe(real(yaml)))

  test('what differs on purpose', async () => {
    // vals quotes the value that is no map.
    expect(real('a: ref+file://doc.yaml#/flat/x')).toContain('got 7(int)')
    expect(await ours('a: ref+file://doc.yaml#/flat/x')).toContain('got a scalar')
    expect(real('a: ref+file://doc.yaml#/a/list/0')).toContain('got [x 1 map[y:z]]([]interface {})')
    expect(await ours('a: ref+file://doc.yaml#/a/list/0')).toContain('got a list')
    // So do the words of its parser.
    for (const yaml of ['a: ref+file://plain.txt#/a', 'a: ref+file://ref+envsubst://$URI#/a/b', 'ref+file://plain.txt: {x: 1}']) {
      expect(real(yaml)).toMatch(/ `(?:the text|doc\.yaml)`/)
      expect(await ours(yaml)).toBe(real(yaml).replace(/ `[^`]*`/, ''))
    }
    // Programs are not started.
    expect(real('a: ref+exec://echo/hi')).toBe('{"a":"hi"}')
    expect(await ours('a: ref+exec://echo/hi')).toBe('failed: expand exec://echo/hi: ref+exec:// is not supported by Pintle')
  })

  test.each(['a: ref+file://doc.yaml#/none', 'a: x-ref+file://doc.yaml#/none', 'a: ref+file://doc.yaml#/a/none/x', 'a: ref+echo://ref+file://doc.yaml#/none'])('without a key: %s', async (yaml) => {
    expect(await ours(yaml, { failOnMissingKey: false })).toBe(real(yaml, '-fail-on-missing-key-in-map=false'))
  })

  test.each(['a: secretref+echo://foo', 'a: ref+echo://foo+ secretref+echo://bar+ ref+echo://baz', 'a: ref+echo://secretref+echo://foo'])('without secretref: %s', async (yaml) => {
    expect(await ours(yaml, { excludeSecretRefs: true })).toBe(real(yaml, '-exclude-secret'))
  })

  test.each(['ref+echo://foo', 'x=ref+echo://foo+&y=ref+file://doc.yaml#/a/n+.', 'ref+file://doc.yaml#/a', 'ref+file://doc.yaml#/none', 'plain', 'ref+file://none'])('a text: %s', async (text) => {
    const { status, stdout, stderr } = spawnSync(vals!, ['get', '-s', text], { cwd: folder, env })
    expect(await expandText(text, { folder, env }).catch((error: Error) => `failed: ${error.message}`)).toBe(status === 0 ? stdout.toString() : `failed: ${stderr.toString().trimEnd()}`)
  })
})
