import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defaultEvidence, makeSinks, openStore, parseEvidenceSettings, type EvidenceSettings, type EvidenceStore, type Sink } from '../../delivery/evidence/index.ts'
import { HttpClient } from '../../charts/http/index.ts'
import type { RegistryClient } from '../../charts/registry/index.ts'
import { readProject } from '../../delivery/plan/index.ts'
import { faultIn } from '../../delivery/settings/index.ts'
import type { CommandContext } from './command.ts'
import { evidenceFlag } from './evidence-flag.ts'
import type { FlagSpec } from './flags.ts'
import { versions } from './versions.ts'

/** Where a command finds the evidence. */
export const evidenceFlags: readonly FlagSpec[] = [
  evidenceFlag,
  { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml' },
]

/** The store with what pintle.yaml says of it. Relative paths are relative to pintle.yaml's folder, those of flags to the current one. */
export interface OpenEvidence {
  readonly store: EvidenceStore
  readonly settings: EvidenceSettings
  readonly base: string
  readonly sinks: readonly Sink[]
}

/** Opens the store that --evidence names, else pintle.yaml's, else the default folder. @param home folder of the default, where there is no pintle.yaml */
async function openEvidence({ flags }: Pick<CommandContext, 'flags'>, home: string): Promise<Omit<OpenEvidence, 'sinks'>> {
  const config = flags.has('config') ? flags.string('config') : join(home, 'pintle.yaml')
  const file = existsSync(config) ? resolve(config) : undefined
  if (file === undefined && flags.has('config') && flags.changed('config')) readProject(config)
  const settings = file === undefined ? defaultEvidence : parseEvidenceSettings(readProject(config).project.evidence, process.env, faultIn(config, ['evidence']))
  const base = file === undefined ? home : dirname(file)
  const named = flags.changed('evidence')
  return { store: await openStore(named ? flags.string('evidence') : (settings.store ?? flags.string('evidence')), named ? process.cwd() : base), settings, base }
}

/** Runs `work` with the store and the sinks, which are closed afterwards. */
export async function withEvidence<T>(context: CommandContext, work: (evidence: OpenEvidence) => Promise<T>, home: string = process.cwd()): Promise<T> {
  const evidence = await openEvidence(context, home)
  const { env } = process
  const http = new HttpClient({ env, userAgent: `Pintle/${versions.pintle}`, timeout: 60_000 })
  try {
    const registries = new Map<string, RegistryClient>()
    const registry = async (plainHttp: boolean) => (await import('../../charts/registry/index.ts')).registryClient({ http, env, registries, registryConfig: context.settings.registryConfig, plainHttp })
    return await work({ ...evidence, sinks: await makeSinks(evidence.settings, { base: evidence.base, env, http, registry }) })
  } finally {
    http.close()
    await evidence.store.close()
  }
}
