import { existsSync, readFileSync } from 'node:fs'
import { isScript, runScript } from '../../charts/chart/index.ts'

/** A values file as it counts: of a script, what it gives. */
export interface ValueFile {
  readonly file: string
  readonly bytes: Uint8Array
  /** Its lines are not those of the file. */
  readonly isScript: boolean
}

/** The contents of the values files that are on this machine, in order; scripts are run. */
export async function readValueFiles(files: readonly string[], options: { readonly environment?: string; readonly signal?: AbortSignal }): Promise<ValueFile[]> {
  const out: ValueFile[] = []
  for (const file of files) {
    if (!existsSync(file)) continue
    if (!isScript(file)) {
      out.push({ file, bytes: readFileSync(file), isScript: false })
      continue
    }
    out.push({ file, bytes: Buffer.from(await runScript(file, options)), isScript: true })
  }
  return out
}
