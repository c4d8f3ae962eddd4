import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { GoObject, TypedSlice, type FuncMap, type Int, type Kind, type Value } from '../../language/go/index.ts'
import { goFsError } from '../../charts/chart/index.ts'
import type { TemplateEntry } from '../../cluster/helm-diff/index.ts'
import { runTemplate } from './name-template.ts'

/** `--output template`: the Go template in a file, over what changes. Upstream: setupTemplateReport in diff/report.go. */
export async function renderDiffTemplate(file: string, entries: readonly TemplateEntry[], signal: AbortSignal): Promise<string> {
  const text = await readFile(file, { encoding: 'utf8', signal }).catch((error: unknown) => {
    throw new PintleError('usage', goFsError(error, 'open', file).message, { hint: 'HELM_DIFF_TPL names the template.' })
  })
  return runTemplate(basename(file), text, TypedSlice.make('[]diff.ReportTemplateSpec', entries.map((entry) => new Spec(entry))), functions)
}

class Spec extends GoObject {
  readonly goType = 'diff.ReportTemplateSpec'
  readonly goKind: Kind = 'struct'
  readonly #entry: TemplateEntry
  constructor(entry: TemplateEntry) {
    super()
    this.#entry = entry
  }
  override fields(): readonly (readonly [string, Value])[] {
    const { namespace, name, kind, api, change } = this.#entry
    return [['Namespace', namespace], ['Name', name], ['Kind', kind], ['API', api], ['Change', change]]
  }
}

const functions: FuncMap = new Map([
  ['last', { params: ['int', 'interface {}'], call: ([index, list]) => Number((index as Int).value) === (list as Value[]).length - 1 }],
])
