import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { PintleError } from '../../errors/index.ts'
import { PlanKey } from './plan-key.ts'

export interface PlanKeySource {
  /** A file with 32 bytes, raw or in base64. */
  readonly file?: string
  readonly env?: NodeJS.ProcessEnv
  /** Without a key anywhere, make one. Only who makes a plan may: to who applies it a new key is of no use. */
  readonly create?: boolean
}

/**
 * The key of plans: of the file named, of PINTLE_PLAN_KEY (base64), or of this user's own file, which is made when it is first needed.
 * @throws PintleError plan.key
 */
export function readPlanKey({ file, env = process.env, create = false }: PlanKeySource): PlanKey {
  if (file !== undefined && file !== '') return new PlanKey(secretOf(read(file), file))
  if (env.PINTLE_PLAN_KEY) return new PlanKey(secretOf(Buffer.from(env.PINTLE_PLAN_KEY), 'PINTLE_PLAN_KEY'))
  const own = ownKeyFile(env)
  const existing = readIfThere(own)
  if (existing !== undefined) return new PlanKey(secretOf(existing, own))
  if (!create) throw new PintleError('plan.key', `there is no plan key: neither --plan-key nor PINTLE_PLAN_KEY is given, and ${own} is missing`, { hint: 'A plan is applied with the key it was made with.' })
  try {
    mkdirSync(dirname(own), { recursive: true, mode: 0o700 })
    // Two first uses at once: one makes it, the other reads it.
    writeFileSync(own, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new PintleError('plan.key', `the plan key cannot be kept in ${own}: ${(error as Error).message}`, { cause: error, hint: 'Give one with --plan-key or PINTLE_PLAN_KEY.' })
  }
  return new PlanKey(secretOf(read(own), own))
}

/** Where this user's key lives. */
export const ownKeyFile = (env: NodeJS.ProcessEnv = process.env): string => join(env.XDG_CONFIG_HOME || join(env.HOME ?? homedir(), '.config'), 'pintle', 'plan.key')

function secretOf(bytes: Uint8Array, from: string): Uint8Array {
  if (bytes.length === 32) return bytes
  const text = Buffer.from(bytes).toString('latin1').trim()
  const secret = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : undefined
  if (secret === undefined) throw new PintleError('plan.key', `${from} holds no plan key: 32 bytes, raw or in base64`, { hint: '`openssl rand -base64 32` makes one.' })
  return secret
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new PintleError('plan.key', `cannot read the plan key: ${(error as Error).message}`, { cause: error })
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PintleError('plan.key', `cannot read the plan key: ${(error as Error).message}`, { cause: error })
  }
}
