import { dirname } from 'node:path'
import { readRequirement, readTrust, type Requirement, type Trust } from '../../delivery/attestation/index.ts'
import type { PlanFile, Project } from '../../delivery/plan/index.ts'
import { faultIn } from '../../delivery/settings/index.ts'

/** Whom a project trusts. @throws PintleError config.invalid with the line */
export function trustOf(project: Project): Trust {
  return readTrust(project.trust, dirname(project.file), faultIn(project.file, ['trust']))
}

/** What an environment of the project asks for before it is changed. @throws PintleError config.invalid with the line */
export function requirementOf(project: Project, environment: string): Requirement {
  return readRequirement(project.environments.get(environment)?.requires, faultIn(project.file, ['environments', environment, 'requires']))
}

/** What must be satisfied before a plan is applied: what it asked for when it was made, and what the project asks for now. */
export function requirementsFor(plan: Pick<PlanFile, 'requires' | 'environment'>, project: Project | undefined): Requirement[] {
  return [plan.requires, ...(project === undefined ? [] : [requirementOf(project, plan.environment)])]
}
