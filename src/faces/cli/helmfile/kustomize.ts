import type { Kustomizer } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'

const missing = (): Promise<string> => Promise.reject(new PintleError('usage', 'kustomizations, jsonPatches, strategicMergePatches and transformers are not there yet'))

export const kustomizer: Kustomizer = { build: missing, buildFiles: missing }
