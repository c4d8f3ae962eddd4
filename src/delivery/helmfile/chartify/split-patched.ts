import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { ChartFiles } from './folder-chart.ts'

/**
 * Puts what kustomize built in the place of the rendered files: definitions of custom resources below `crds/`, or where they came from templates, among them.
 * Source: Patch in chartify's patch.go.
 * @param built the output of `kustomize build`
 * @param rendered paths of the files that were patched
 */
export function withPatched(files: ChartFiles, built: string, rendered: readonly string[]): ChartFiles {
  const out: ChartFiles = new Map([...files].filter(([path]) => !/^(templates|charts|crds)\//.test(path)))
  const documents = built === '' ? [] : documentsOf(built)
  const crds = documents.filter(isDefinition)
  const resources = documents.filter((text) => !crds.includes(text))
  const joined = (texts: readonly string[]): string => texts.map((text) => `${text}---\n`).join('')
  if (crds.length > 0) out.set(rendered.some((path) => path.startsWith('templates/crds/')) ? 'templates/crds/patched_crds.yaml' : 'crds/patched_crds.yaml', joined(crds))
  else out.set('all.patched.crds.yaml', '')
  if (resources.length > 0) out.set('templates/patched_resources.yaml', joined(resources))
  else out.set('all.patched.resources.yaml', '')
  return out
}

/** Documents with their last line break, the separators left out. */
function documentsOf(text: string): string[] {
  const documents: string[] = []
  let from = 0
  for (let at = text.indexOf('\n---\n'); at >= 0; at = text.indexOf('\n---\n', from)) {
    documents.push(text.slice(from, at + 1))
    from = at + 5
  }
  if (from < text.length) documents.push(text.slice(from))
  return documents
}

function isDefinition(text: string): boolean {
  const document = unmarshalV3(text)
  return document instanceof Map && document.get('kind') === 'CustomResourceDefinition'
}
