import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { decodeUtf8 } from '../../../language/go/index.ts'

/** Files of a chart by their path in it, in order. */
export type ChartFiles = Map<string, string>

/** Folders whose files Helm renders. Source: ContentDirs in chartify. */
export const contentFolders = ['templates', 'charts', 'crds'] as const

/** More is no folder of manifests. */
const most = { files: 20_000, bytes: 256 << 20 }

/** Every file of a folder. @throws PintleError chart.load when it holds too much */
export async function readFiles(folder: string): Promise<ChartFiles> {
  const files: ChartFiles = new Map()
  let bytes = 0
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name)).sort()
  for (const path of paths) {
    const content = await readFile(path)
    bytes += content.length
    if (files.size >= most.files || bytes > most.bytes) throw new PintleError('chart.load', `${folder} is too large for a chart`)
    files.set(path.slice(folder.length + 1), decodeUtf8(content))
  }
  return files
}

/**
 * Makes a chart of a folder of manifests: YAML files become templates that are printed as they are.
 * Source: Chartify in chartify.go, up to the dependencies.
 * @param render what a .gotmpl file gives
 */
export async function chartOfManifests(folder: string, files: ChartFiles, version: string, render: (path: string, text: string) => Promise<string>): Promise<ChartFiles> {
  const all: ChartFiles = new Map(files)
  for (const [path, text] of files) if (path.endsWith('gotmpl')) all.set(path.replace(/\.[^./]*$/, ''), await render(join(folder, path), text))
  const out: ChartFiles = new Map()
  const used = new Set<string>()
  const folders = new Set(['templates'])
  const manifests = [...all.keys()].filter((path) => /ya?ml$/.test(path)).sort()
  for (const path of manifests) {
    const target = join('templates', path)
    if (!folders.has(dirname(target))) used.add(dirname(path))
    for (let parent = dirname(target); parent !== '.'; parent = dirname(parent)) folders.add(parent)
    out.set(target, all.get(path)!)
  }
  // Folders whose files were moved are removed with all that is left in them, be it what was moved there.
  const gone = (path: string): boolean => [...used].some((one) => path.startsWith(`${one}/`))
  for (const [path, text] of all) if (!manifests.includes(path)) out.set(path, text)
  for (const path of [...out.keys()]) if (gone(path)) out.delete(path)
  out.set('Chart.yaml', chartYaml(folder, version))
  return withoutDoubleRendering(out)
}

/** Chart.yaml of what had none. */
export const chartYaml = (folder: string, version: string): string => `name: ${JSON.stringify(basename(folder))}\nversion: ${version || '1.0.0'}\napiVersion: v2\n`

/**
 * Moves templates and subcharts to `files/`, where nothing renders them, and puts a template in each one's place that prints it.
 * Source: RewriteChartToPreventDoubleRendering in chartify.go.
 */
export function withoutDoubleRendering(files: ChartFiles): ChartFiles {
  const out: ChartFiles = new Map()
  for (const [path, text] of files) {
    const [first] = path.split('/')
    if (first !== 'templates' && first !== 'charts') {
      out.set(path, text)
      continue
    }
    out.set(`files/${path}`, text)
    // A subchart's template stands among those of the chart: the subchart is one no longer.
    out.set(first === 'charts' ? `templates/${path}` : path, `{{ .Files.Get "files/${path}" }}`)
  }
  return out
}
