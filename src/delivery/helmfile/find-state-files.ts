import { join } from 'node:path'
import { compareStrings } from '../../language/go/index.ts'
import type { LoadRun } from './load-run.ts'
import { because, stateError } from './state-error.ts'
import type { WorkingFolder } from './working-folder.ts'

/**
 * The state files that a path, a folder, a URL or the default search lead to, in the order in which they are visited. Upstream: findDesiredStateFiles in pkg/app/app.go.
 */
export async function findStateFiles(run: LoadRun, folder: WorkingFolder, given: string): Promise<string[]> {
  let path: string
  try {
    path = given === '-' ? given : await run.remote.locate(folder, given, 'states')
  } catch (error) {
    throw because('locate', error)
  }
  if (path === '-') return [path]
  if (path !== '') {
    if (folder.isFile(path)) return [path]
    if (!folder.isFolder(path)) throw stateError(`specified state file ${path} is not found`)
    return filesIn(run, folder, path)
  }
  const plain = folder.isFile('helmfile.yaml')
  const templated = folder.isFile('helmfile.yaml.gotmpl')
  if (plain && templated) throw stateError('both helmfile.yaml and helmfile.yaml.gotmpl exist. Please remove one of them')
  const single = plain ? 'helmfile.yaml' : templated ? 'helmfile.yaml.gotmpl' : undefined
  if (folder.isFolder('helmfile.d')) {
    if (single !== undefined) throw stateError(`configuration conlict error: you can have either ${single} or helmfile.d, but not both`)
    return filesIn(run, folder, 'helmfile.d')
  }
  if (single !== undefined) return [single]
  throw stateError('no state file found. It must be named helmfile.d/*.{yaml,yml,yaml.gotmpl,yml.gotmpl}, helmfile.yaml, or helmfile.yaml.gotmpl, otherwise specified with the --file flag or HELMFILE_FILE_PATH environment variable')
}

function filesIn(run: LoadRun, folder: WorkingFolder, path: string): string[] {
  const files = [...folder.glob(join(path, '*.y*ml')), ...folder.glob(join(path, '*.y*ml.gotmpl'))].sort(compareStrings)
  if (run.options.reverse === true) files.reverse()
  run.log('debug', `found ${files.length} helmfile state files in ${path}: ${files.join(', ')}`)
  return files
}
