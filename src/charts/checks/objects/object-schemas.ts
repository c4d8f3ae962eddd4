import { brotliDecompressSync } from 'node:zlib'

/** What an object of a kind, or a part of one, may hold. */
export interface Definition {
  /** `apps.v1.DeploymentSpec` */
  readonly name: string
  /** Name of a field -> its type, as scripts/condense-object-schemas.ts describes types. */
  readonly fields: ReadonlyMap<string, string>
  readonly required: readonly string[]
  /** What `apiVersion` and `kind` may say, where the definition says it. */
  readonly apiVersions: ReadonlySet<string> | undefined
  readonly kinds: ReadonlySet<string> | undefined
}

interface Data { readonly versions: readonly string[]; readonly definitions: readonly (readonly [string, ...(number | string)[]])[] }

/** The schemas of Kubernetes' own objects, of one version. */
export class ObjectSchemas {
  /** `1.37.2` */
  readonly version: string
  readonly #texts: ReadonlyMap<string, string>
  /** By the name of the file that kubeconform looks for, without its ending. */
  readonly #byFile: ReadonlyMap<string, string>
  readonly #read = new Map<string, Definition | string>()

  constructor(version: string, texts: ReadonlyMap<string, string>) {
    this.version = version
    this.#texts = texts
    this.#byFile = new Map([...texts.keys()].filter((name) => !withoutSchema.has(name)).map((name) => [fileOf(name), name]))
  }

  /**
   * The definition of a kind, looked for as kubeconform does (pkg/registry): by kind, first word of the group, and version; letters' case does not count.
   * Kinds whose schema openapi2jsonschema cannot write, because it holds itself, have none: CustomResourceDefinition.
   */
  ofKind(apiVersion: string, kind: string): Definition | undefined {
    const [group, version] = apiVersion.split('/')
    const name = this.#byFile.get(`${kind}-${group!.split('.')[0]}${version === undefined ? '' : `-${version}`}`.toLowerCase())
    const found = name === undefined ? undefined : this.definition(name)
    return typeof found === 'object' ? found : undefined
  }

  /**
   * What a server of this version serves unless told otherwise, as .Capabilities.APIVersions names it: `apps/v1`, `apps/v1/Deployment`. Alpha and beta versions
   * are off by default.
   */
  servedVersions(): string[] {
    const out = new Set<string>()
    for (const name of this.#texts.keys()) {
      const definition = this.definition(name)
      if (typeof definition === 'string' || definition.kinds?.size !== 1 || definition.kinds.has('DeleteOptions')) continue
      for (const version of definition.apiVersions!) if (/(?:^|\/)v\d+$/.test(version)) out.add(version).add(`${version}/${[...definition.kinds][0]}`)
    }
    return [...out].sort()
  }

  /** What a name in a type stands for: a definition, or another type where the definition has no fields. */
  definition(name: string): Definition | string {
    let found = this.#read.get(name)
    if (found === undefined) this.#read.set(name, (found = parse(name, this.#texts.get(name) ?? '=*')))
    return found
  }
}

function parse(name: string, text: string): Definition | string {
  if (text.startsWith('=')) return text.slice(1)
  const [body, gvks] = text.split('|') as [string, string?]
  const words = body.split(' ')
  const fields = new Map<string, string>()
  const required: string[] = []
  for (let i = 0; i + 1 < words.length; i += 2) {
    const field = words[i]!
    const isRequired = field.endsWith('!')
    const plain = isRequired ? field.slice(0, -1) : field
    fields.set(plain, words[i + 1]!)
    if (isRequired) required.push(plain)
  }
  const kinds = gvks?.split(' ').map((gvk) => [gvk.slice(0, gvk.lastIndexOf('/')), gvk.slice(gvk.lastIndexOf('/') + 1)] as const)
  return { name, fields, required, apiVersions: kinds && new Set(kinds.map(([v]) => v)), kinds: kinds && new Set(kinds.map(([, k]) => k)) }
}

/** `apps.v1.Deployment` -> `deployment-apps-v1`, as openapi2jsonschema names files. */
function fileOf(name: string): string {
  const [group, version, kind] = name.toLowerCase().split('.') as [string, string, string]
  return `${kind}${group === 'core' || group === 'api' ? '' : `-${group}`}-${version}`
}

/** openapi2jsonschema leaves these out or fails over them. */
const withoutSchema: ReadonlySet<string> = new Set([
  'CustomResourceDefinition', 'CustomResourceDefinitionList', 'CustomResourceDefinitionSpec', 'CustomResourceDefinitionVersion', 'CustomResourceValidation',
  'JSONSchemaProps', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray',
].map((kind) => `v1.${kind}`).map((name) => `apiextensions.${name}`))

/** Every version there are schemas of. Unpacks the schemas only when they are used. */
export class SchemaLibrary {
  readonly versions: readonly string[]
  readonly #data: Data
  readonly #of = new Map<string, ObjectSchemas>()

  private constructor(data: Data) {
    this.#data = data
    this.versions = data.versions
  }

  static async load(): Promise<SchemaLibrary> {
    const { packed } = await import('./kubernetes.data.ts')
    return new SchemaLibrary(JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString()) as Data)
  }

  /** `1.31 to 1.37` */
  get range(): string {
    const minor = (version: string | undefined): string => (version ?? '').split('.').slice(0, 2).join('.')
    return `${minor(this.versions.at(-1))} to ${minor(this.versions[0])}`
  }

  /**
   * @param version `1.34`, `v1.34.2`: the minor version decides
   * @returns undefined when there are no schemas of that version
   */
  of(version: string): ObjectSchemas | undefined {
    const minor = /^v?(\d+\.\d+)/.exec(version)?.[1]
    const bit = this.versions.findIndex((v) => v.startsWith(`${minor}.`))
    if (bit < 0) return undefined
    const full = this.versions[bit]!
    let found = this.#of.get(full)
    if (found === undefined) {
      const texts = new Map<string, string>()
      for (const [name, ...variants] of this.#data.definitions) {
        for (let i = 0; i < variants.length; i += 2) if ((variants[i] as number) & (1 << bit)) texts.set(name, variants[i + 1] as string)
      }
      this.#of.set(full, (found = new ObjectSchemas(full, texts)))
    }
    return found
  }
}
