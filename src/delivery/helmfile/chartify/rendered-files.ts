import { unmarshalV3 } from '../../../language/yaml/index.ts'
import { yamlText } from '../charts/release-values.ts'
import { contentFolders, type ChartFiles } from './folder-chart.ts'

/**
 * A chart whose templates, subcharts and CRDs are what they rendered to.
 * Source: ReplaceWithRendered in chartify's replace.go.
 * @param rendered what `helm template --output-dir` would have written, by the path below the chart
 * @returns the files, and the paths of those that were rendered
 */
export function replaceWithRendered(files: ChartFiles, rendered: ReadonlyMap<string, string>): { files: ChartFiles; paths: string[] } {
  const out: ChartFiles = new Map()
  const isContent = (folder: string | undefined): boolean => (contentFolders as readonly (string | undefined)[]).includes(folder)
  const folders = new Set([...rendered.keys()].map((path) => path.split('/')[0]))
  for (const [path, text] of files) {
    const [first, second] = path.split('/')
    if (isContent(first) || (first === 'files' && isContent(second) && folders.has(second))) continue
    if (/^(Chart\.lock|requirements\.(lock|yaml))$/.test(path)) continue
    out.set(path, path === 'Chart.yaml' ? withoutDependencies(text) : text)
  }
  const paths = [...rendered.keys()].filter((path) => isContent(path.split('/')[0]))
  for (const path of paths) out.set(path, rendered.get(path)!)
  return { files: out, paths }
}

/** They are rendered already. */
function withoutDependencies(chartYaml: string): string {
  const metadata = unmarshalV3(chartYaml)
  if (!(metadata instanceof Map)) return chartYaml
  const left = new Map(metadata)
  left.delete('dependencies')
  return yamlText(left)
}
