/** What holds for keys of every kind: what sops encrypts for one Pintle opens, what Pintle wraps for one sops opens, and what does not open says why. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataKey, wrapDataKey } from '../../src/charts/secrets/data-key.ts'
import type { KeyEntry } from '../../src/charts/secrets/key-entry.ts'
import { keyName, keyVariables, readKeySpecs, type KeyKind, type KeySpec } from '../../src/charts/secrets/key-spec.ts'
import { MasterKeys } from '../../src/charts/secrets/master-keys.ts'
import { readMetadata } from '../../src/charts/secrets/metadata.ts'
import { decryptFile } from '../../src/charts/secrets/index.ts'
import type { Fault, LocalCloud } from './clouds/local-cloud.ts'

export type Env = Record<string, string>

/** A key of one kind. */
export interface KeyCase {
  readonly kind: KeyKind
  /** As a flag or variable of sops names it. */
  readonly name: string
  /** What gives access to it. */
  readonly env: Env
  /** What gives none, and what Pintle says then. */
  readonly stranger: Env
  readonly refusal: string | RegExp
  /** The service that it needs, which can be broken. */
  readonly service?: { readonly cloud: LocalCloud; readonly host: string }
}

/** What is said of a service that is not as it should be. */
const faults: readonly (readonly [Fault, RegExp])[] = [['down', /EOF|proxy|connection/], ['garbage', /no JSON|no key|HTTP|answer/], ['endless', /larger than 1 MiB/]]

const plain = '{"a": "b", "n": 1}\n'

/** Runs the real sops in a folder of its own. @throws an Error with what it wrote to standard error */
export class RealSops {
  readonly folder = mkdtempSync(join(tmpdir(), 'sops-keys-'))
  readonly #program: string

  constructor(program: string) {
    this.#program = program
  }

  /** Asynchronous, so that a server of the same test can answer it. */
  async run(args: readonly string[], env: Env): Promise<string> {
    return (await promisify(execFile)(this.#program, args, { cwd: this.folder, env: this.env(env), timeout: 60_000 })).stdout
  }

  /** @param variable keys to encrypt for, as sops takes them from its variables */
  async encrypt(keys: Partial<Record<KeyKind, string>>, env: Env, ...args: string[]): Promise<string> {
    writeFileSync(join(this.folder, 'plain.json'), plain)
    return this.run(['encrypt', ...args, 'plain.json'], { ...env, ...Object.fromEntries(Object.entries(keys).map(([kind, list]) => [keyVariables[kind as KeyKind], list])) })
  }

  async decrypt(text: string, env: Env): Promise<unknown> {
    writeFileSync(join(this.folder, 'encrypted.json'), text)
    return JSON.parse(await this.run(['decrypt', 'encrypted.json'], env))
  }

  env(env: Env): Env {
    return { PATH: process.env.PATH!, HOME: this.folder, ...env }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function pintleDecrypt(text: string, env: Env, signal?: AbortSignal): Promise<unknown> {
  return JSON.parse((await decryptFile(text, { file: 'f', format: 'json', env, ...(signal && { signal }) })).text)
}

/** The same file with its data key wrapped by Pintle for other keys. @param opens what opens it now */
export async function rewrapped(text: string, groups: readonly (readonly KeySpec[])[], opens: Env, env: Env, threshold = 0): Promise<{ text: string; entries: KeyEntry[][] }> {
  const file = JSON.parse(text) as { sops: Record<string, unknown> }
  const before = new MasterKeys({ env: opens })
  const after = new MasterKeys({ env })
  try {
    const entries = await wrapDataKey(await dataKey(readMetadata(file.sops), before), groups, threshold, after)
    const lists = entries.map((group) => Object.groupBy(group, (entry) => entry.kind)).map((kinds) => Object.fromEntries(Object.entries(kinds).map(([kind, list]) => [kind, list.map((entry) => entry.fields)])))
    const { lastmodified, mac, unencrypted_suffix, version } = file.sops
    file.sops = { lastmodified, mac, unencrypted_suffix, version, ...(lists.length === 1 ? lists[0] : { key_groups: lists, shamir_threshold: threshold || lists.length }) }
    return { text: JSON.stringify(file), entries }
  } finally {
    before.close()
    after.close()
  }
}

/** @param make is called once sops and what the key needs are there */
export function keySuite(program: string, make: () => Promise<KeyCase>): void {
  let sops: RealSops
  let key: KeyCase
  beforeAll(async () => {
    sops = new RealSops(program)
    key = await make()
  })
  afterAll(() => sops.remove())

  test('what sops encrypts for it Pintle opens, and the other way round', async () => {
    const encrypted = await sops.encrypt({ [key.kind]: key.name }, key.env)
    expect(await pintleDecrypt(encrypted, sops.env(key.env))).toEqual(JSON.parse(plain))
    const { text, entries } = await rewrapped(encrypted, [readKeySpecs(key.kind, key.name)], sops.env(key.env), sops.env(key.env))
    expect(await sops.decrypt(text, key.env)).toEqual(JSON.parse(plain))
    // The same fields in the same order, and the same contents but for what is new each time.
    const real = (JSON.parse(encrypted) as { sops: Record<string, Record<string, unknown>[]> }).sops[key.kind]!
    const lasting = (fields: object): [string, unknown][] => Object.entries(fields).map(([name, value]) => [name, name === 'enc' ? (value as string).length > 20 : name === 'created_at' ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value as string) : value])
    expect(entries[0]!.map((entry) => lasting(entry.fields))).toEqual(real.map(lasting))
  })

  test('who has no access opens nothing, and is told of every key why', async () => {
    const encrypted = await sops.encrypt({ [key.kind]: key.name }, key.env)
    await expect(sops.decrypt(encrypted, key.stranger)).rejects.toThrow()
    const error = await pintleDecrypt(encrypted, sops.env(key.stranger)).then(() => undefined, (e: Error) => e)
    expect(error).toMatchObject({ code: 'secrets.key', message: expect.stringMatching(key.refusal) })
    for (const spec of readKeySpecs(key.kind, key.name)) expect(error!.message).toContain(keyName(spec))
    for (const secret of Object.values(key.env).filter((value) => /KEY|secret|token/i.test(value))) expect(error!.message).not.toContain(secret)
  })

  test('a service that is away, is something else or never ends is said of the key; one that never answers can be left', async () => {
    const { service } = key
    if (service === undefined) return
    const encrypted = await sops.encrypt({ [key.kind]: key.name }, key.env)
    const specs = readKeySpecs(key.kind, key.name)
    try {
      for (const [fault, message] of faults) {
        service.cloud.faults.set(service.host, fault)
        for (const act of [() => pintleDecrypt(encrypted, sops.env(key.env)), () => wrap(specs, sops.env(key.env))]) {
          const error = await act().then(() => undefined, (e: Error) => e)
          expect(error, fault).toMatchObject({ code: 'secrets.key', message: expect.stringMatching(message) })
          for (const spec of specs) expect(error!.message).toContain(keyName(spec))
        }
      }
      service.cloud.faults.set(service.host, 'silent')
      const started = performance.now()
      await expect(pintleDecrypt(encrypted, sops.env(key.env), AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' })
      expect(performance.now() - started).toBeLessThan(5000)
    } finally {
      service.cloud.faults.clear()
    }
  })
}

async function wrap(specs: readonly KeySpec[], env: Env): Promise<unknown> {
  const keys = new MasterKeys({ env })
  try {
    return await wrapDataKey(Buffer.alloc(32), [specs], 0, keys)
  } finally {
    keys.close()
  }
}
