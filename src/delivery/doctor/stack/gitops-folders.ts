import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from '../../../language/yaml/index.ts'
import type { KubeObject } from '../../../cluster/kube/index.ts'
import type { GitopsOwner } from '../../policy/index.ts'
import { ownedBy, type ReleaseIdentity } from './gitops-resources.ts'

const folders = ['argocd', 'argo-cd', 'fluxcd', 'flux', 'flux-system', 'clusters', 'gitops']
const most = { files: 2000, bytes: 1 << 20, depth: 8 }

export interface GitopsFolders {
  /** Folders of a GitOps layer that the repository has. */
  readonly folders: readonly string[]
  /** Resources in them that own the release. */
  readonly owners: readonly GitopsOwner[]
}

/**
 * Looks through the GitOps folders of a repository for Applications and HelmReleases that name the release. A folder alone proves nothing about one service.
 * @param server of the cluster, for Applications that name it by its address
 */
export function gitopsFolders(root: string, identity: ReleaseIdentity, server = ''): GitopsFolders {
  const found = folders.filter((name) => isFolder(join(root, name)))
  const budget = { files: most.files }
  const owners = found.flatMap((folder) => yamlFiles(root, folder, 0, budget).flatMap((file) => ownersIn(root, file, identity, server)))
  return { folders: found, owners }
}

function ownersIn(root: string, file: string, identity: ReleaseIdentity, server: string): GitopsOwner[] {
  const out: GitopsOwner[] = []
  for (const text of documentsOf(join(root, file))) {
    if (!/^kind:\s*["']?(Application|HelmRelease)\b/m.test(text)) continue
    const resource = parsed(text)
    if (resource === undefined) continue
    const evidence = ownedBy(resource, identity, server)
    if (evidence !== undefined) out.push({ tool: resource.kind === 'Application' ? 'argocd' : 'flux', by: `${resource.kind} ${resource.metadata.name ?? ''}`, evidence: `${file}: ${evidence}` })
  }
  return out
}

function parsed(text: string): KubeObject | undefined {
  try {
    const value = parseDocument(text) as KubeObject | null
    return typeof value === 'object' && value !== null && typeof value.apiVersion === 'string' && /^(argoproj\.io|helm\.toolkit\.fluxcd\.io)\//.test(value.apiVersion) && typeof value.metadata === 'object' && value.metadata !== null ? value : undefined
  } catch {
    // Templates of a templated repository, perhaps.
    return undefined
  }
}

function documentsOf(file: string): string[] {
  try {
    return statSync(file).size > most.bytes ? [] : readFileSync(file, 'utf8').split(/^---\s*$/m)
  } catch {
    return []
  }
}

function yamlFiles(root: string, at: string, depth: number, budget: { files: number }): string[] {
  const out: string[] = []
  let entries
  try {
    entries = readdirSync(join(root, at), { withFileTypes: true })
  } catch {
    return []
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (budget.files <= 0) break
    const path = `${at}/${entry.name}`
    // Links are not followed: they may lead in circles.
    if (entry.isDirectory() && depth < most.depth) out.push(...yamlFiles(root, path, depth + 1, budget))
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) {
      budget.files--
      out.push(path)
    }
  }
  return out
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
