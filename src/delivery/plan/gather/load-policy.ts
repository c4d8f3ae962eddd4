import { existsSync, readFileSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { allRules, loadExternal, makePolicy, parseOverrides, type Override, type PackName, type Policy, type PolicySettings } from '../../policy/index.ts'

export interface LoadPolicyOptions {
  readonly settings: PolicySettings
  /** Another pack than the one of the settings. */
  readonly pack?: PackName
  /** Folder that paths of the settings are relative to. */
  readonly base: string
  readonly environment: string
  readonly service: string
  readonly now: Date
  /** Overrides of the command line. */
  readonly overrides?: readonly Override[]
}

/** Where overrides are kept, unless the settings say otherwise. */
const overridesFile = 'pintle-overrides.yaml'
const maxOverridesBytes = 4 * 1024 * 1024
const maxRegoBytes = 64 * 1024 * 1024

/**
 * The policy of an environment: its pack and severities, external rules, the overrides of its file and of the command line.
 * @throws PintleError config.invalid with file and line
 */
export async function loadPolicy({ settings, pack, base, environment, service, now, overrides = [] }: LoadPolicyOptions): Promise<Policy> {
  const { rules, digests } = await externalRules(settings, base)
  return makePolicy({
    pack: pack ?? settings.pack, rules: [...allRules, ...rules], severities: settings.rules, external: digests, unevaluated: settings.unevaluated,
    overrides: [...readOverrides({ settings, base, environment, service, now }), ...overrides],
  })
}

/**
 * Digest of an environment's rules: pack, severities, external rules. Overrides are not in it: they stand in the plan, and are approved with it.
 * @throws PintleError config.invalid with file and line
 */
export async function rulesDigest({ settings, pack, base }: Pick<LoadPolicyOptions, 'settings' | 'pack' | 'base'>): Promise<string> {
  const { rules, digests } = await externalRules(settings, base)
  return makePolicy({ pack: pack ?? settings.pack, rules: [...allRules, ...rules], severities: settings.rules, external: digests, unevaluated: settings.unevaluated }).digest
}

const externalRules = async (settings: PolicySettings, base: string): Promise<Awaited<ReturnType<typeof loadExternal>>> =>
  (settings.external.length === 0 ? { rules: [], digests: {} } : await loadExternal(settings.external, (path) => bytesOf(resolve(base, path))))

/**
 * The overrides of an environment and service: of the file the settings name, else of pintle-overrides.yaml beside pintle.yaml, if it is there.
 * @throws PintleError config.invalid with file and line
 */
function readOverrides({ settings, base, ...scope }: Pick<LoadPolicyOptions, 'settings' | 'base' | 'environment' | 'service' | 'now'>): Override[] {
  const file = resolve(base, settings.overrides ?? overridesFile)
  const shown = relative(process.cwd(), file) || file
  if (!existsSync(file)) {
    if (settings.overrides === undefined) return []
    throw new PintleError('config.invalid', `there is no ${shown}`, { hint: 'It is named as `policy.overrides` in pintle.yaml.' })
  }
  if (statSync(file).size > maxOverridesBytes) throw new PintleError('config.invalid', `${shown} is larger than ${maxOverridesBytes >> 20} MiB`)
  return parseOverrides(shown, readFileSync(file, 'utf8'), scope)
}

function bytesOf(file: string): Uint8Array {
  try {
    if (statSync(file).size > maxRegoBytes) throw new Error(`it is larger than ${maxRegoBytes >> 20} MiB`)
    return readFileSync(file)
  } catch (error) {
    throw new PintleError('config.invalid', `cannot read ${relative(process.cwd(), file)}: ${(error as Error).message}`, { cause: error, hint: 'It is named as `rego` of an external rule in pintle.yaml.' })
  }
}
