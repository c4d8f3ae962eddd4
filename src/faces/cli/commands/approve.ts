import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { writeInFolder } from '../../../charts/registry/index.ts'
import {
  approvalEndings, approvalFileName, approvalStatement, approvalsFolder, canonicalJson, examineApproval, identityOfKey, isCalled, mayApprove, nobody, readEnvelope, signStatement, withStatement, writeEnvelope,
  type Approval, type PlanUnderReview, type Requirement, type SigningKey, type Trust, type TrustedIdentity,
} from '../../../delivery/attestation/index.ts'
import { readPlan, type DigestedPlan } from '../../../delivery/plan/index.ts'
import { requirementsFor, trustOf } from '../approval-policy.ts'
import { signerFlags, signerFrom } from '../approval-signer.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage, type FlagSpec } from '../flags.ts'
import { operator } from '../operator.ts'
import { showPlan } from '../plan-review.ts'
import { projectOf } from '../release-target.ts'
import { shown } from '../shown.ts'

const decisionFlags: readonly FlagSpec[] = [
  { name: 'decision', type: 'string', default: 'approve', choices: ['approve', 'reject'], completes: ['approve', 'reject'], usage: 'approve, or reject: a rejection by anybody who may approve vetoes' },
  { name: 'reason', type: 'string', usage: 'why; it is kept with the decision' },
  { name: 'expires', type: 'duration', default: '8h', usage: 'how long the decision counts; never longer than the plan' },
]
export const configFlag: FlagSpec = { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml, which says whom to trust' }
const outFlag: FlagSpec = { name: 'out', short: 'o', type: 'string', usage: 'file to write, or - for standard output (default: a file in PLAN.approvals)' }

/** `pintle approve` */
export const approve: Command = {
  use: 'approve PLAN [flags]',
  long: `Signs a decision about a plan: shows what the plan changes, asks, and writes a signed statement about the plan's digest to PLAN.approvals, where 'pintle apply'
finds it. Nothing is sent anywhere. A plan that is made anew needs new approvals.

The key is an Ed25519 key in PEM form ('pintle approve keygen' makes one), an OpenSSH key or one of the SSH agent; it must be known to 'trust' in pintle.yaml. What another tool
signed is taken over with --envelope: a DSSE envelope, or a bundle of 'cosign attest-blob --statement', around what 'pintle approve statement' prints; of 'cosign sign-blob' with
--statement, too.

Without a terminal --digest says which plan was reviewed. Whoever made the plan cannot approve it.

Exit codes: 0 signed, 1 failed, 5 refused: the plan expired or was changed, or this decision would not count.`,
  examples: `pintle approve plan.pintle --key ~/keys/alice.key
pintle approve plan.pintle --ssh-agent --decision reject --reason "not before the migration"
pintle approve plan.pintle --key ci.key --digest sha256:4f0c...
pintle approve plan.pintle --envelope approval.sigstore.json`,
  flags: [
    ...signerFlags, ...decisionFlags,
    { name: 'envelope', type: 'string', usage: 'signed by another tool: a DSSE envelope or a Sigstore bundle' },
    { name: 'statement', type: 'string', usage: "what the bundle of --envelope signs, when it is not in it ('cosign sign-blob')" },
    { name: 'digest', type: 'string', usage: 'digest of the plan that was reviewed; nothing is asked then' },
    { name: 'as', type: 'string', usage: "name to sign as, where 'trust' is not at hand or does not know the key" },
    configFlag, outFlag,
  ],
  globals: false,
  args: [1, 1],
  completes: ['file'],
  exclusive: [['envelope', 'key'], ['envelope', 'ssh-agent']],
  async run(context) {
    const { flags, out, args, signal } = context
    const read = readPlan(args[0]!)
    const now = new Date()
    if (Date.parse(read.plan.expires) <= now.getTime()) throw refused(`the plan expired at ${read.plan.expires}`, 'Make it again with `pintle plan`.')
    const policy = policyOf(context, read)
    if (flags.string('envelope') !== '') return takeOver(context, read, policy, now)
    const key = await signerFrom(flags, out, policy.trust, signal)
    const identity = identityOfKey(policy.trust, key.id)
    const name = signerName(context, key, identity)
    const decision = flags.string('decision') as Approval['decision']
    if (decision === 'approve') refuseUseless(read, { name, identity, ...policy })
    await review(context, read, decision)
    const envelope = await signStatement(approvalStatement(basename(args[0]!), read.digest, approvalOf(context, read, { name, decision, now })), key, { signal })
    keep(context, name, approvalEndings.envelope, writeEnvelope(envelope))
    return 0
  },
}

/** `pintle approve statement` */
export const approveStatement: Command = {
  use: 'approve statement PLAN [flags]',
  long: `Prints the statement by which a plan is approved or rejected, unsigned, for tools that sign themselves. What they make is taken over with 'pintle approve PLAN --envelope FILE'.`,
  examples: `pintle approve statement plan.pintle --as alice@acme -o approval.json
cosign attest-blob --statement approval.json --bundle approval.sigstore.json`,
  flags: [{ name: 'as', type: 'string', usage: "name of the approver, as in 'trust'" }, ...decisionFlags, outFlag],
  globals: false,
  args: [1, 1],
  completes: ['file'],
  async run(context) {
    const { flags, out, args } = context
    if (flags.string('as') === '') throw usage('who approves?', 'Name them with --as.')
    const read = readPlan(args[0]!)
    const approval = approvalOf(context, read, { name: flags.string('as'), decision: flags.string('decision') as Approval['decision'], now: new Date() })
    const text = canonicalJson(approvalStatement(basename(args[0]!), read.digest, approval))
    const file = flags.string('out')
    if (file === '' || file === '-') out.line(text)
    else writeInFolder(file, text)
    return 0
  },
}

/** A plan as approvals see it. */
export function underReview({ plan, digest }: DigestedPlan): PlanUnderReview {
  const { author, created, expires, environment } = plan
  return { digest, author, created, expires, environment }
}

export function approvalOf({ flags }: CommandContext, { plan }: DigestedPlan, { name, decision, now }: { name: string; decision: Approval['decision']; now: Date }): Approval {
  const lasts = flags.duration('expires')
  if (lasts <= 0) throw usage('--expires must be a time to come')
  const expires = Math.min(now.getTime() + lasts, Date.parse(plan.expires))
  const reason = flags.string('reason')
  return { decision, approver: name, decidedAt: now.toISOString(), expiresAt: new Date(expires).toISOString(), ...(reason !== '' && { reason }), ...(plan.environment !== '' && { environment: plan.environment }) }
}

/** Writes a decision where it is wanted, and says so. */
export function keep({ flags, out, args }: CommandContext, name: string, ending: string, text: string): void {
  const wanted = flags.string('out')
  if (wanted === '-') return out.write(text)
  const file = wanted !== '' ? wanted : join(approvalsFolder(args[0]!), approvalFileName(name, ending))
  writeInFolder(file, text)
  out.line(`signed by ${shown(name)}: ${file}`)
}

interface Policy {
  readonly trust: Trust
  readonly requirements: readonly Requirement[]
}

/** With --as a project is not needed. */
function policyOf(context: CommandContext, { plan }: DigestedPlan): Policy {
  if (context.flags.string('as') !== '' && !context.flags.changed('config')) return { trust: nobody, requirements: [plan.requires] }
  const { project } = projectOf(context)
  return { trust: trustOf(project), requirements: requirementsFor(plan, project) }
}

function signerName({ flags, args }: CommandContext, key: SigningKey, identity: TrustedIdentity | undefined): string {
  const as = flags.string('as')
  if (identity !== undefined && as !== '' && !isCalled(identity, as)) throw refused(`the key is ${identity.name}'s, not ${as}'s`, 'Leave --as out.')
  const name = identity?.name ?? as
  if (name === '') throw refused(`nobody that trust knows has the key ${key.id}`, `Put it into trust.identities of ${flags.string('config')}, or name yourself with --as: ${basename(args[0]!)} is then signed, and counts where the key is trusted.`)
  return name
}

/** What would not count is not signed. */
function refuseUseless({ plan }: DigestedPlan, { name, identity, trust, requirements }: Policy & { name: string; identity: TrustedIdentity | undefined }): void {
  const own = identity === undefined ? name.toLowerCase() === plan.author.toLowerCase() : isCalled(identity, plan.author)
  if (own) throw refused(`the plan was made by ${plan.author}: somebody else has to approve it`, 'Its author can only reject it.')
  // Where trust knows whose account made it, keys tell people apart; else only the account does.
  if (plan.author === operator() && !trust.identities.some((i) => isCalled(i, plan.author))) {
    throw refused(`the plan was made by ${plan.author}, as whom this runs: somebody else has to approve it`, `When several people use this account, say whose plans it makes: \`aliases: [${JSON.stringify(plan.author)}]\` of an identity in trust, or PINTLE_OPERATOR=NAME when the plan is made.`)
  }
  if (identity !== undefined && !requirements.every((r) => mayApprove(identity, r))) {
    throw refused(`${identity.name} is not among the approvers of ${plan.environment || 'this plan'}: ${requirements.map((r) => r.approvers.join(', ') || 'anybody').join('; and ')}`, 'Approvers are named in requires.approvers of the environment.')
  }
}

async function review({ flags, out }: CommandContext, read: DigestedPlan, decision: string): Promise<void> {
  const reviewed = flags.string('digest')
  if (reviewed !== '') {
    if (reviewed !== read.digest) throw refused(`the plan is not the one that was reviewed: reviewed ${reviewed}, here ${read.digest}`, 'Review this one.')
    return
  }
  // Its standard output may be the statement.
  if (flags.string('out') !== '-') showPlan(out, read)
  const { confirm } = await import('../confirm.ts')
  if (!out.isTerminal) throw refused('the plan was not reviewed', `Review it, then run again with --digest ${read.digest}`)
  if (!(await confirm(`${decision === 'approve' ? 'Approve' : 'Reject'} this plan?`))) throw refused('nothing was signed', 'Run it again when you have decided.')
}

/** Takes over what another tool signed, once it is known to count. */
async function takeOver(context: CommandContext, read: DigestedPlan, { trust, requirements }: Policy, now: Date): Promise<number> {
  const { flags } = context
  const file = flags.string('envelope')
  const beside = flags.string('statement')
  const given = readOrUsage(file).toString()
  const text = beside === '' ? given : withStatement(given, readOrUsage(beside))
  if (text === undefined) throw usage(`${file} is no bundle of a bare signature, which --statement goes with`)
  const found = await examineApproval(underReview(read), { name: file, text }, { trust, requirements, now, anyForm: true })
  if (!found.counts) throw refused(`${file} does not count: ${shown(found.why)}`, '`pintle approve statement` prints what is to be signed.')
  const own = readEnvelope(text)
  if (typeof own === 'string') keep(context, found.identity, approvalEndings.bundle, text)
  else keep(context, found.identity, approvalEndings.envelope, writeEnvelope({ ...own, signatures: own.signatures.map(({ sig }) => ({ sig, keyid: found.keyId! })) }))
  return 0
}

function readOrUsage(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function refused(message: string, hint: string): PintleError {
  return new PintleError('rule.refused', message, { hint })
}
