import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import { yamlText } from '../charts/release-values.ts'
import type { ChartifyHost, ChartifyRequest } from './chartify-request.ts'
import type { ChartFiles } from './folder-chart.ts'

/**
 * Patches the objects of rendered files by kustomize.
 * Source: Patch in chartify's patch.go.
 * @param paths the files to patch
 * @returns what `kustomize build` prints
 */
export async function patch(files: ChartFiles, paths: readonly string[], request: ChartifyRequest, host: ChartifyHost): Promise<string> {
  const all = new Map(paths.map((path) => [path, files.get(path)!]))
  const patches: Value[] = []
  for (const [i, file] of request.jsonPatches.entries()) {
    const document = unmarshalV3(file.text)
    const table = document instanceof Map ? document : new Map<string, Value>()
    const { path, text } = jsonPatch(table, i, file.path)
    if (text !== undefined) all.set(path, text)
    patches.push(new Map<string, Value>([['target', table.get('target') ?? new Map()], ['path', path]]))
  }
  for (const [i, file] of request.strategicMergePatches.entries()) {
    all.set(`strategicmergepatches/patch.${i}.yaml`, file.text)
    patches.push(new Map([['path', `strategicmergepatches/patch.${i}.yaml`]]))
  }
  const transformers = request.transformers.map((file, i) => {
    all.set(`transformers/transformer.${i}.yaml`, withReferences(file.text, all, host))
    return `transformers/transformer.${i}.yaml`
  })
  all.set('kustomization.yaml', yamlText(new Map<string, Value>([
    ['resources', [...paths]], ...(patches.length === 0 ? [] : [['patches', patches] as const]), ...(transformers.length === 0 ? [] : [['transformers', transformers] as const]),
  ])))
  return host.kustomize.buildFiles(all)
}

function jsonPatch(table: Map<string, Value>, index: number, file: string): { path: string; text?: string } {
  const path = table.get('path')
  if (typeof path === 'string' && path !== '') return { path }
  const operations = table.get('patch')
  if (!Array.isArray(operations) || operations.length === 0) throw new PintleError('values.parse', `either "path" or "patch" must be set in ${file}`)
  return { path: `jsonpatches/patch.${index}.yaml`, text: yamlText(operations) }
}

/** Files that a transformer's `path` names come along. Source: resolveTransformerFileRefs. */
function withReferences(text: string, files: Map<string, string>, { cwd }: ChartifyHost): string {
  let documents: Value[]
  try {
    documents = text.split(/^---.*\n/m).filter((part) => part.trim() !== '').map(unmarshalV3)
  } catch {
    return text
  }
  let changed = false
  let count = 0
  for (const map of documents.flat().filter((one): one is Map<string, Value> => one instanceof Map)) {
    const path = map.get('path')
    if (typeof path !== 'string' || path === '') continue
    const absolute = resolve(cwd, path)
    if (!existsSync(absolute) || statSync(absolute).isDirectory()) continue
    const name = `transformer-patch-files/patchfile.${count++}.yaml`
    files.set(name, readFileSync(absolute, 'utf8'))
    map.set('path', name)
    changed = true
  }
  return changed ? documents.map(yamlText).join('---\n') : text
}
