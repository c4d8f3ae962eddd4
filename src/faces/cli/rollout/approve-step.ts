import { existsSync } from 'node:fs'
import { approvalStatement, identityOfKey, mayApprove, nobody, openSigningKey, signStatement, writeEnvelope, type Approval } from '../../../delivery/attestation/index.ts'
import { stepDigest, type Journal, type Step } from '../../../delivery/rollout/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { trustOf } from '../approval-policy.ts'
import { passphraseOf, signerFrom } from '../approval-signer.ts'
import type { CommandContext } from '../command.ts'
import type { FlagSpec } from '../flags.ts'
import { projectOf } from '../release-target.ts'
import { state } from './act-on-rollout.ts'

/** Whose signature approves a step, beside --sign-key. */
export const approveFlags: readonly FlagSpec[] = [
  { name: 'approve', type: 'bool', usage: 'sign an approval of the step: with the key of --sign-key, else one of the SSH agent' },
  { name: 'ssh-agent', type: 'bool', usage: 'approve with a key of the SSH agent (SSH_AUTH_SOCK)' },
  { name: 'agent-key', type: 'string', usage: "which key of the agent: its fingerprint (SHA256:...) or comment; the one that 'trust' knows when left out" },
  { name: 'as', type: 'string', usage: "name to sign as, where 'trust' is not at hand or does not know the key" },
]

/** How long an approval counts: it is used at once. */
const lasts = 3_600_000

/**
 * Signs an approval of the step under way: a statement about the digest of the rollout and its step.
 * @returns a DSSE envelope as text
 * @throws PintleError rollout.state when it would not count, attestation.key
 */
export async function signStep(context: CommandContext, journal: Journal, step: Extract<Step, { kind: 'approval' }>): Promise<string> {
  const { flags, out, signal } = context
  const file = flags.string('sign-key') || process.env.PINTLE_SIGN_KEY || ''
  const byAgent = flags.bool('ssh-agent') || flags.string('agent-key') !== '' || (flags.bool('approve') && file === '')
  if (file === '' && !byAgent) throw state(journal, `this step needs ${step.count} approval${step.count === 1 ? '' : 's'}${step.approvers.length > 0 ? ` by ${step.approvers.join(', ')}` : ''}`, 'Sign it: --sign-key KEY, or --approve with a key of the SSH agent.')
  const trust = existsSync(flags.string('config')) ? trustOf(projectOf(context).project) : nobody
  if (file === '' && !flags.bool('ssh-agent')) flags.set('ssh-agent', 'true')
  const key = file === '' ? await signerFrom(flags, out, trust, signal, 'sign-key') : await openSigningKey(file, () => passphraseOf(out, file))
  const identity = identityOfKey(trust, key.id)
  const approver = flags.string('as') || identity?.name
  if (approver === undefined) throw new PintleError('attestation.key', `nobody that trust knows has the key ${key.id}`, { hint: 'Run it where pintle.yaml is (--config), or name yourself with --as.' })
  if (identity !== undefined && !mayApprove(identity, { approvals: step.count, approvers: [...step.approvers] })) throw state(journal, `${identity.name} is not among the approvers of this step: ${step.approvers.join(', ')}`)
  const now = Date.now()
  const approval: Approval = {
    decision: 'approve', approver, decidedAt: new Date(now).toISOString(), expiresAt: new Date(now + lasts).toISOString(), ...(journal.environment !== '' && { environment: journal.environment }),
    ...(flags.string('reason') !== '' && { reason: flags.string('reason') }),
  }
  return writeEnvelope(await signStatement(approvalStatement(`${journal.release} ${journal.id} step ${journal.step + 1}`, stepDigest(journal), approval), key, { signal }))
}
