import type { KustomizeCase } from './case.ts'
import { errorCases } from './cases-errors.ts'
import { fieldCases } from './cases-fields.ts'
import { generatorCases } from './cases-generators.ts'
import { patchCases } from './cases-patches.ts'
import { referenceCases } from './cases-references.ts'

/** Every kustomization that is compared with the real kustomize; `recorded.json` holds what it made of them. */
export const kustomizeCases: readonly KustomizeCase[] = [...fieldCases, ...patchCases, ...generatorCases, ...referenceCases, ...errorCases]
