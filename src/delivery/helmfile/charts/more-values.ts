import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { LoadedState } from '../loaded-state.ts'

/** The files of --values, absolute: they are looked for where the state file is. @throws PintleError usage for one that is not there */
export function moreValues(state: Pick<LoadedState, 'cwd'>, files: readonly string[], missing = (path: string): string => `stat ${path}: no such file or directory`): string[] {
  return files.map((file) => {
    const path = resolve(state.cwd, file)
    if (!existsSync(path)) throw new PintleError('usage', missing(path))
    return path
  })
}
