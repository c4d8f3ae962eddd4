import { PintleError } from '../../../errors/index.ts'
import type { Values } from '../values-merge.ts'

/** Values written in HCL. */
export async function hclValues(files: readonly { readonly path: string; readonly text: string }[]): Promise<Values> {
  throw new PintleError('helmfile.hcl', `${files[0]!.path}: values in HCL are not supported`)
}
