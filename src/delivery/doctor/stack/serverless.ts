import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseDocument } from '../../../language/yaml/index.ts'

/** A file that says that something runs on a platform which is no Kubernetes. */
export interface ServerlessSign {
  readonly platform: string
  /** Relative to the folder that was looked at. */
  readonly file: string
}

type Content = Record<string, unknown>
type Detector = readonly [file: RegExp, platform: string, says: (content: Content, text: string) => boolean]

const isMap = (value: unknown): value is Content => typeof value === 'object' && value !== null && !Array.isArray(value)
const always = (): boolean => true

/** Names of files, and what their content must say, for each platform. Knative's own services run on Kubernetes: only Google's marks make one Cloud Run. */
const detectors: readonly Detector[] = [
  [/^serverless\.(ya?ml|json)$/, 'Serverless Framework', (c) => c.provider !== undefined || c.functions !== undefined || c.service !== undefined],
  [/^serverless\.(ts|js)$/, 'Serverless Framework', always],
  [/^samconfig\.(toml|ya?ml)$/, 'AWS SAM', always],
  [/^(template|sam)\.(ya?ml|json)$/, 'AWS SAM', (c) => [c.Transform].flat().some((t) => String(t).startsWith('AWS::Serverless-'))],
  [/^(.*[-_.])?task[-_]?def(inition)?s?([-_.].*)?\.json$/i, 'Amazon ECS on Fargate', (c) => Array.isArray(c.containerDefinitions) && isOnly(c.requiresCompatibilities, 'FARGATE')],
  [/^(service|cloudrun|cloud-run)\.ya?ml$/, 'Google Cloud Run', (c, text) => String(c.apiVersion).startsWith('serving.knative.dev/') && /\b(run|cloud)\.googleapis\.com\//.test(text)],
  [/^container-?app\.(ya?ml|json)$/i, 'Azure Container Apps', (c) => String(c.type).toLowerCase() === 'microsoft.app/containerapps' || (isMap(c.properties) && ('managedEnvironmentId' in c.properties || 'environmentId' in c.properties))],
  [/^app\.ya?ml$/, 'Google App Engine', (c) => typeof c.runtime === 'string' && c.apiVersion === undefined],
  [/^wrangler\.(toml|jsonc?)$/, 'Cloudflare Workers', always],
  [/^vercel\.json$/, 'Vercel', always],
  [/^netlify\.toml$/, 'Netlify', always],
]

const isOnly = (list: unknown, item: string): boolean => Array.isArray(list) && list.length > 0 && list.every((v) => v === item)

/** Folders below the one asked about where such files are kept. */
const places = ['.', 'deploy', 'infra', 'infrastructure', 'ecs', '.aws', 'aws', 'cloudrun', 'azure']
const largest = 1 << 20

/** Looks for files of serverless platforms in a folder and in those where they usually are. Files that are huge, or cannot be read or parsed, prove nothing. */
export function serverlessSigns(folder: string): ServerlessSign[] {
  const out: ServerlessSign[] = []
  for (const place of places) {
    for (const name of filesOf(join(folder, place))) {
      const file = place === '.' ? name : `${place}/${name}`
      const platform = detectors.find(([pattern, , says]) => pattern.test(name) && contentSays(join(folder, file), says))?.[1]
      if (platform !== undefined) out.push({ platform, file })
    }
  }
  return out
}

/** The kustomize layers of a folder: its own, and those of its overlays. */
export function kustomizeLayers(folder: string): string[] {
  const has = (at: string): boolean => ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) => existsSync(join(folder, at, name)))
  const below = ['kustomize', 'overlays', 'kustomize/overlays', 'deploy/overlays'].flatMap((at) => [at, ...foldersOf(join(folder, at)).map((name) => `${at}/${name}`)])
  return ['.', 'base', 'kustomize/base', ...below].filter(has).map((at) => (at === '.' ? 'kustomization.yaml' : at))
}

function contentSays(file: string, says: Detector[2]): boolean {
  if (says === always) return true
  try {
    if (statSync(file).size > largest) return false
    const text = readFileSync(file, 'utf8')
    const content = basename(file).endsWith('.json') ? JSON.parse(text) : parseDocument(text.split(/^---\s*$/m).find((part) => part.trim() !== '') ?? '')
    return isMap(content) && says(content, text)
  } catch {
    return false
  }
}

const entriesOf = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
const filesOf = (folder: string): string[] => entriesOf(folder).filter((e) => e.isFile()).map((e) => e.name)
const foldersOf = (folder: string): string[] => entriesOf(folder).filter((e) => e.isDirectory()).map((e) => e.name)
