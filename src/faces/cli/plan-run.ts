import type { SigningKey } from '../../delivery/attestation/index.ts'
import type { CheckedPlan, PlanFile } from '../../delivery/plan/index.ts'
import type { StepResult } from '../../delivery/evidence/index.ts'
import type { ApprovalTrail } from './approval-trail.ts'
import type { CommandContext, Session } from './command.ts'
import type { EvidenceFacts } from './record-facts.ts'

/** One application of a plan: what was reviewed and how, by whom, and where it is told and kept. */
export interface ApplyRun {
  readonly context: CommandContext
  readonly session: Session
  readonly checked: CheckedPlan
  /** What was reviewed. */
  readonly digest: string
  readonly environment: string
  readonly review: EvidenceFacts['review']
  /** How the rules judged it, and who made the plan, where there is no file of it. */
  readonly policy?: PlanFile['policy']
  readonly author?: string
  /** The plan of the file that is applied. */
  readonly plan?: PlanFile
  /** Why rules were passed over. */
  readonly emergency?: PlanFile['emergency']
  readonly approvals?: ApprovalTrail
  /** How the rules judged the review. */
  readonly rules?: readonly StepResult[]
  /** Of the change; --ticket where it is left out. */
  readonly ticket?: string
  /** Signs the evidence. */
  readonly signer?: SigningKey
  /** Where evidence and smoke checks are at home. */
  readonly base: string
}
