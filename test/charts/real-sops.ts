/** The real sops with a home of its own and age keys, for tests that compare. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { decodeUtf8 } from '../../src/language/go/index.ts'

export interface SopsRun {
  readonly code: number
  /** A byte that is no UTF-8 stands as a lone surrogate. */
  readonly out: string
  readonly err: string
}

export interface RealSops {
  readonly folder: string
  /** Private and public keys, as many as were asked for; the first one is in the environment. */
  readonly keys: readonly { readonly identity: string; readonly recipient: string }[]
  readonly env: Readonly<Record<string, string>>
  /** Writes a file of the folder. @returns its path */
  put(name: string, content: string | Uint8Array): string
  get(name: string): string
  run(...args: string[]): SopsRun
  /** What sops prints; it must succeed. */
  ok(...args: string[]): string
  close(): void
}

/** @param program what `ensureTool('sops')` gave @param count of age keys */
export async function realSops(program: string, count = 1): Promise<RealSops> {
  const folder = mkdtempSync(join(tmpdir(), 'sops-'))
  const keys = await Promise.all(Array.from({ length: count }, async () => {
    const identity = await generateX25519Identity()
    return { identity, recipient: await identityToRecipient(identity) }
  }))
  const env = { PATH: process.env.PATH!, HOME: folder, SOPS_AGE_KEY: keys[0]!.identity }
  const run = (...args: string[]): SopsRun => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, maxBuffer: 1 << 28 })
    return { code: status ?? -1, out: decodeUtf8(stdout), err: stderr.toString() }
  }
  return {
    folder, keys, env, run,
    put: (name, content) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    },
    get: (name) => readFileSync(join(folder, name), 'utf8'),
    ok: (...args) => {
      const { code, out, err } = run(...args)
      if (code !== 0) throw new Error(`sops ${args.join(' ')}: ${code}\n${err}`)
      return out
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An encrypted file without what is random in it. */
export function masked(text: string): string {
  return text.replace(/data:[^,]*,iv:[^,]*,tag:[^,]*/g, '…').replace(/(lastmodified["\s:=]*)[0-9TZ:-]{20}/g, '$1…').replace(/-----BEGIN AGE[^]*?END AGE ENCRYPTED FILE-----/g, '…')
}
