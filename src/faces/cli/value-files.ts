import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isScript, runScript } from '../../charts/chart/index.ts'

/** A values file as it counts: of a script, what it gives. */
export interface ValueFile {
  readonly file: string
  readonly bytes: Uint8Array
  /** Its lines are not those of the file. */
  readonly isScript: boolean
}

/** A file of -f by its whole path; standard input, URLs, and what has a backend before it stay as they are. */
export const valuePath = (name: string): string => (name === '-' || /^[a-z][a-z0-9+.-]*:\/\/|^\?|^(?:sops|vals|noop)!/i.test(name) ? name : resolve(name))

/** The contents of the values files that are on this machine, in order, those behind `secrets://` names as they are; scripts are run. */
export async function readValueFiles(files: readonly string[], options: { readonly environment?: string; readonly signal?: AbortSignal }): Promise<ValueFile[]> {
  const out: ValueFile[] = []
  for (const name of files) {
    const file = await fileBehind(name)
    if (!existsSync(file)) continue
    if (!isScript(file)) {
      out.push({ file, bytes: readFileSync(file), isScript: false })
      continue
    }
    out.push({ file, bytes: Buffer.from(await runScript(file, options)), isScript: true })
  }
  return out
}

/** The file that `secrets://FILE`, `vals!FILE` or `?FILE` names. */
async function fileBehind(name: string): Promise<string> {
  if (!/^secrets(?:\+[a-z-]+)?:\/\//.test(name)) return name.replace(/^\?/, '').replace(/^(?:sops|vals|noop)!/, '')
  const { parseSecretName, secretSettings } = await import('../../charts/references/index.ts')
  // What is not allowed is said by who reads the values.
  return valuePath(parseSecretName(name, { ...secretSettings({}), keyPrefix: '' }).file)
}
