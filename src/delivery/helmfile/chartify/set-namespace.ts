import { PintleError } from '../../../errors/index.ts'
import { TreeNode, readTree, writeTree } from '../../../language/yaml/index.ts'
import { contentFolders, type ChartFiles } from './folder-chart.ts'

/**
 * Gives every object of rendered files a namespace that has none.
 * Source: SetNamespace in chartify's set_namespace.go.
 * @throws PintleError yaml.parse for a file that is no YAML
 */
export function setNamespace(files: ChartFiles, namespace: string): ChartFiles {
  return new Map([...files].map(([path, text]) => [path, isContent(path) ? withNamespace(text, namespace, path) : text]))
}

const isContent = (path: string): boolean => contentFolders.some((folder) => path.startsWith(`${folder}/`))

function withNamespace(text: string, namespace: string, path: string): string {
  // A line that begins so starts a document wherever it stands.
  const documents = text.split(/^---(?:[ \t].*)?\n/m).filter((document) => document.trim() !== '')
  return documents.map((document) => {
    try {
      const root = readTree(document, { comments: true })
      if (root === undefined) return ''
      const metadata = root.kind === 'mapping' ? valueOf(root, 'metadata') : undefined
      if (metadata?.kind === 'mapping' && valueOf(metadata, 'namespace') === undefined) metadata.content.push(new TreeNode('scalar', '!!str', 'namespace'), new TreeNode('scalar', '!!str', namespace))
      return writeTree(root, { compact: false })
    } catch (error) {
      throw new PintleError('yaml.parse', `parsing yaml from ${path}: ${(error as Error).message}`, { cause: error })
    }
  }).join('---\n')
}

function valueOf({ content }: TreeNode, key: string): TreeNode | undefined {
  for (let i = 0; i < content.length; i += 2) if (content[i]!.value === key) return content[i + 1]
  return undefined
}
