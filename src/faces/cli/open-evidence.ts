import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defaultEvidence, openStore, parseEvidenceSettings, type EvidenceSettings, type EvidenceStore } from '../../delivery/evidence/index.ts'
import { readProject } from '../../delivery/plan/index.ts'
import type { CommandContext } from './command.ts'
import { evidenceFlag } from './evidence-flag.ts'
import type { FlagSpec } from './flags.ts'
import { projectFault } from './project-fault.ts'

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
}

/** Opens the store that --evidence names, else pintle.yaml's, else the default folder. @param home folder of the default, where there is no pintle.yaml */
export async function openEvidence({ flags }: Pick<CommandContext, 'flags'>, home: string = process.cwd()): Promise<OpenEvidence> {
  const config = flags.has('config') ? flags.string('config') : join(home, 'pintle.yaml')
  const file = existsSync(config) ? resolve(config) : undefined
  if (file === undefined && flags.has('config') && flags.changed('config')) readProject(config)
  const settings = file === undefined ? defaultEvidence : parseEvidenceSettings(readProject(config).project.evidence, process.env, projectFault(config, ['evidence']))
  const base = file === undefined ? home : dirname(file)
  const named = flags.changed('evidence')
  return { store: await openStore(named ? flags.string('evidence') : (settings.store ?? flags.string('evidence')), named ? process.cwd() : base), settings, base }
}

/** Runs `work` with the store, which is closed afterwards. */
export async function withEvidence<T>(context: CommandContext, work: (evidence: OpenEvidence) => Promise<T>, home?: string): Promise<T> {
  const evidence = await openEvidence(context, home)
  try {
    return await work(evidence)
  } finally {
    await evidence.store.close()
  }
}
