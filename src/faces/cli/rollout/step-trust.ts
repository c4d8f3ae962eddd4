import { existsSync } from 'node:fs'
import type { Trust } from '../../../delivery/attestation/index.ts'
import { readProject } from '../../../delivery/plan/index.ts'
import { trustOf } from '../approval-policy.ts'
import type { CommandContext } from '../command.ts'

/** Whom pintle.yaml trusts, where there is one here. */
export async function stepTrust({ flags }: CommandContext): Promise<Trust | undefined> {
  const file = flags.has('config') ? flags.string('config') : 'pintle.yaml'
  return existsSync(file) ? trustOf(readProject(file).project) : undefined
}
