import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PintleError } from '../../errors/index.ts'
import type { KeyOptions, KeySource } from './key-source.ts'
import { keyName } from './key-spec.ts'

/**
 * The age identities that SOPS would use: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, and sops/age/keys.txt of the configuration folder. They are read when the
 * first file asks for them. Upstream: age/keysource.go.
 */
export function ageKeys({ env = process.env, signal }: KeyOptions): KeySource {
  let identities: Promise<readonly string[]> | undefined
  return {
    async open(key) {
      identities ??= readIdentities(env, signal)
      const known = await identities
      if (known.length === 0) return undefined
      const { Decrypter, armor } = await import('age-encryption')
      const decrypter = new Decrypter()
      try {
        for (const identity of known) decrypter.addIdentity(identity)
      } catch {
        // Its words may quote the identity.
        throw new PintleError('secrets.key', 'an age identity is damaged')
      }
      let file: Uint8Array
      try {
        file = armor.decode(key.enc)
      } catch {
        throw new PintleError('secrets.format', `the key for ${keyName(key)} is no armored age file`)
      }
      try {
        return await decrypter.decrypt(file)
      } catch (error) {
        if (/no identity matched/.test((error as Error).message)) return undefined
        throw new PintleError('secrets.key', 'its copy of the key is damaged')
      }
    },
    async wrap({ fields: { recipient = '' } }, dataKey) {
      const { Encrypter, armor } = await import('age-encryption')
      const encrypter = new Encrypter()
      try {
        encrypter.addRecipient(recipient)
      } catch {
        throw new PintleError('secrets.key', 'it is no recipient of age')
      }
      return `${armor.encode(await encrypter.encrypt(dataKey)).trimEnd()}\n`
    },
  }
}

async function readIdentities(env: NonNullable<KeyOptions['env']>, signal: AbortSignal | undefined): Promise<string[]> {
  const texts: string[] = []
  if (env.SOPS_AGE_KEY) texts.push(env.SOPS_AGE_KEY)
  if (env.SOPS_AGE_KEY_FILE) texts.push(read(env.SOPS_AGE_KEY_FILE, true))
  if (env.SOPS_AGE_KEY_CMD) texts.push(await commandOutput(env.SOPS_AGE_KEY_CMD, env, signal))
  const folder = env.XDG_CONFIG_HOME || (process.platform === 'darwin' ? join(env.HOME || homedir(), 'Library', 'Application Support') : process.platform === 'win32' ? (env.AppData ?? '') : join(env.HOME || homedir(), '.config'))
  texts.push(read(join(folder, 'sops', 'age', 'keys.txt'), false))
  return texts.flatMap((text) => text.split('\n')).map((line) => line.trim()).filter((line) => /^AGE-SECRET-KEY-(?:PQ-)?1/.test(line))
}

function read(path: string, asked: boolean): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    if (!asked && (code === 'ENOENT' || code === 'ENOTDIR')) return ''
    throw new PintleError('secrets.key', `${path} cannot be read: ${code ?? 'unknown'}`)
  }
}

/** What a command prints: words apart at spaces, quotes as in a shell, and no shell. */
async function commandOutput(command: string, env: NonNullable<KeyOptions['env']>, signal: AbortSignal | undefined): Promise<string> {
  const [program, ...args] = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!)
  try {
    const { stdout } = await promisify(execFile)(program!, args, { env: { ...env } as NodeJS.ProcessEnv, timeout: 60_000, maxBuffer: 1 << 20, ...(signal && { signal }) })
    return stdout
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    // What it wrote may be a key.
    throw new PintleError('secrets.key', 'the command of SOPS_AGE_KEY_CMD failed')
  }
}
