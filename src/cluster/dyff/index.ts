/**
 * Owns the comparison of YAML documents by what they hold, as dyff makes and prints it: resources and list items by their names, order, types, certificates.
 * Pure: it is given both texts. Refuses to know of releases and Secrets: what must not be shown is not given to it.
 */
import { readCommented, type YamlNode } from '../../language/yaml/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { compareDocuments, type DyffOptions } from './compare.ts'
import { formatReport, type ReportOptions } from './report.ts'

/** Documents that aliases blow up to more nodes are not compared. */
const maxNodes = 1e7

/**
 * The report of everything that differs; of texts that are no YAML, nothing, as in helm-diff.
 * @throws PintleError yaml.parse, for documents with enormously many aliases, or nested too deeply
 */
export function dyffReport(before: string, after: string, options: DyffOptions & ReportOptions = {}): string {
  try {
    const [old, now] = [documentsOf(before), documentsOf(after)]
    return formatReport(old === undefined || now === undefined ? { differences: [], named: false } : compareDocuments(old, now, options), options)
  } catch (error) {
    if (error instanceof RangeError) throw new PintleError('yaml.parse', 'document is nested too deeply', { cause: error })
    throw error
  }
}

function documentsOf(text: string): readonly YamlNode[] | undefined {
  if (['', '---'].includes(text.trim())) return []
  let documents: YamlNode[]
  try {
    documents = readCommented(text)
  } catch (error) {
    if (isPintleError(error)) return undefined
    throw error
  }
  const sizes = new Map<YamlNode, number>()
  if (documents.some((document) => expanded(document, sizes) > maxNodes)) throw new PintleError('yaml.parse', 'document contains excessive aliasing')
  return documents
}

/** How many nodes there are with aliases followed. */
function expanded(node: YamlNode, sizes: Map<YamlNode, number>): number {
  const target = node.alias ?? node
  const known = sizes.get(target)
  if (known !== undefined) return known
  // An alias to what it stands in counts as endless.
  sizes.set(target, Infinity)
  let size = 1
  for (const child of target.content) size += expanded(child, sizes)
  sizes.set(target, size)
  return size
}
