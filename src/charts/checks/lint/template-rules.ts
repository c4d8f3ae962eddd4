import { statSync } from 'node:fs'
import { byteLength, pathExt, quote, type Shape } from '../../../language/go/index.ts'
import { unmarshalInto } from '../../../language/yaml/index.ts'
import { coalesceValues, defaultCapabilities, processDependencies, toRenderValues, Capabilities, type Chart, type KubeVersion, type Log, type Table } from '../../chart/index.ts'
import { Engine, nodeHost, trimSpace } from '../../render/index.ts'
import { deprecationOf, deprecationText, isDeprecatedIn } from '../deprecations.ts'
import type { Linter } from './linter.ts'
import { nameProblem } from './object-name.ts'
import { objectsOf, type LintedObject } from './rendered-documents.ts'

const folderName = 'templates/'

export interface TemplateRuleOptions {
  readonly namespace: string
  readonly values: Table
  readonly kubeVersion?: KubeVersion
  readonly skipSchemaValidation: boolean
  readonly log?: Log
}

/** The rules about templates and what they render, in Helm's order. Upstream: pkg/chart/v2/lint/rules/template.go. */
export function lintTemplates(linter: Linter, folder: string, loaded: Chart | Error, options: TemplateRuleOptions): void {
  const stat = statSync(`${folder}/templates`, { throwIfNoEntry: false })
  if (!linter.run('warning', 'templates-folder', folderName, stat === undefined ? 'directory does not exist' : undefined)) return
  if (!linter.run('error', 'templates-folder', folderName, stat?.isDirectory() ? undefined : 'not a directory')) return
  if (loaded instanceof Error) {
    linter.run('error', 'chart-load', folderName, loaded)
    return
  }
  const chart = loaded.copy()
  const files = rendered(linter, chart, options)
  if (files === undefined) return
  for (const { name } of chart.templates) {
    const extension = pathExt(name)
    linter.run('error', 'template-extension', name, ['.yaml', '.yml', '.tpl', '.txt'].includes(extension) ? undefined
      : `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`)
    if (!/^\.ya?ml$/i.test(extension)) continue
    const content = files.get(`${chart.name}/${name}`) ?? ''
    if (trimSpace(content) === '') continue
    linter.run('warning', 'top-indent', name, indentProblem(content))
    // A document that cannot be read ends the whole lint of templates.
    if (!lintContent(linter, name, content, options.kubeVersion)) return
  }
}

/** Rendered files by path; undefined when that failed, told or, as in Helm, not. */
function rendered(linter: Linter, chart: Chart, { namespace, values, kubeVersion, skipSchemaValidation, log }: TemplateRuleOptions): ReadonlyMap<string, string> | undefined {
  const capabilities = defaultCapabilities()
  const forVersion = kubeVersion === undefined ? capabilities : new Capabilities(kubeVersion, capabilities.apiVersions, capabilities.helmVersion)
  let all
  try {
    processDependencies(chart, values, log)
    all = coalesceValues(chart, values, log)
  } catch {
    return undefined
  }
  try {
    const top = toRenderValues(chart, all, { name: 'test-release', namespace, revision: 0, isInstall: false, isUpgrade: false }, forVersion, { skipSchemaValidation, ...(log && { log }) })
    return new Engine().render(chart, top, { host: nodeHost({ lint: true, ...(log && { log }) }) }).files
  } catch (error) {
    linter.run('error', 'render', folderName, error as Error)
    return undefined
  }
}

function lintContent(linter: Linter, name: string, content: string, kubeVersion: KubeVersion | undefined): boolean {
  try {
    for (const object of objectsOf(content)) {
      if (object === undefined) continue
      linter.run('warning', 'object-name', name, nameProblem(object.kind, object.name))
      linter.run('warning', 'deprecated-api', name, deprecationProblem(object, kubeVersion ?? defaultCapabilities().kubeVersion))
      linter.run('error', 'selector', name, selectorProblem(object, content))
      linter.run('error', 'list-annotations', name, listProblem(object, content))
    }
    return true
  } catch (error) {
    return linter.run('error', 'yaml', name, error as Error, 'unable to parse YAML: ')
  }
}

function deprecationProblem({ apiVersion, kind }: LintedObject, { major, minor }: KubeVersion): string | undefined {
  const deprecation = deprecationOf(apiVersion, kind)
  return deprecation !== undefined && isDeprecatedIn(deprecation, [Number(major), Number(minor)]) ? deprecationText(deprecation) : undefined
}

function selectorProblem({ kind, name }: LintedObject, content: string): string | undefined {
  if (kind !== 'Deployment' && kind !== 'ReplicaSet' && kind !== 'DaemonSet' && kind !== 'StatefulSet') return undefined
  return content.includes('matchLabels') || content.includes('matchExpressions') ? undefined : `a ${kind} must contain matchLabels or matchExpressions, and ${quote(name)} does not`
}

const noName = (type: string, fields: Extract<Shape, { kind: 'struct' }>['fields']): Shape => ({ kind: 'struct', type, name: '', fields })
const metadataType = 'struct { Annotations map[string]string }'
const itemType = `struct { Metadata ${metadataType} }`
const listShape = noName(`struct { Items []${itemType} }`, [{
  name: 'Items',
  shape: { kind: 'slice', elem: noName(itemType, [{ name: 'Metadata', shape: noName(metadataType, [{ name: 'Annotations', shape: { kind: 'map', elem: { kind: 'string' } } }]) }]) },
}])

function listProblem({ kind }: LintedObject, content: string): string | undefined {
  if (kind !== 'List') return undefined
  let list
  try {
    list = unmarshalInto(content, listShape)
  } catch (error) {
    return `unable to parse YAML: ${(error as Error).message}`
  }
  const items = list instanceof Map ? list.get('Items') : undefined
  for (const item of Array.isArray(items) ? items : []) {
    const metadata = item instanceof Map ? item.get('Metadata') : undefined
    const annotations = metadata instanceof Map ? metadata.get('Annotations') : undefined
    if (annotations instanceof Map && annotations.has('helm.sh/resource-policy')) return "annotation 'helm.sh/resource-policy' within List objects are ignored"
  }
  return undefined
}

/** bufio.Scanner refuses lines beyond this. */
const longestLine = 64 * 1024

function indentProblem(content: string): string | undefined {
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf('\n', at)
    const line = content.slice(at, end < 0 ? content.length : end)
    if (line.length >= longestLine / 4 && byteLength(line) >= longestLine) return 'bufio.Scanner: token too long'
    if (trimSpace(line) !== '') {
      return line.startsWith(' ') || line.startsWith('\t') ? `document starts with an illegal indent: ${quote(line.replace(/\r$/, ''))}, which may cause parsing problems` : undefined
    }
    if (end < 0) return undefined
    at = end + 1
  }
  return undefined
}
