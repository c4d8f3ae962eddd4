import type { KeyOptions } from './key-source.ts'
import type { KeySpec } from './key-spec.ts'
import { MasterKeys } from './master-keys.ts'

/**
 * Keys with nothing left open in their names, so that those of a file can be compared with them: which version of an Azure key is current is asked for.
 * @throws PintleError secrets.key
 */
export async function resolveKeys(groups: readonly (readonly KeySpec[])[], options: KeyOptions): Promise<KeySpec[][]> {
  const keys = new MasterKeys(options)
  try {
    return await Promise.all(groups.map((group) => Promise.all(group.map((spec) => keys.resolve(spec)))))
  } finally {
    keys.close()
  }
}
