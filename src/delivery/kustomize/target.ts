import { posix } from 'node:path'
import { quote } from '../../language/go/index.ts'
import { unmarshalInto } from '../../language/yaml/index.ts'
import { Accumulator } from './accumulator.ts'
import { configFromDefinitions } from './config/crds.ts'
import { defaultConfig } from './config/default-config.ts'
import { kustomizationFileNames, readKustomization, type Kustomization } from './config/kustomization.ts'
import { transformerConfigShape } from './config/kustomization-shape.ts'
import { plainOf } from './config/plain.ts'
import { configOf, emptyConfig, mergeConfigs, type TransformerConfig } from './config/transformer-config.ts'
import { limits } from './limits.ts'
import { HttpRefusal, type Loader } from './load/loader.ts'
import { ownGenerators, ownTransformers } from './own-plugins.ts'
import { loadPlugin, malformedIn } from './plugin.ts'
import type { Plugin, PluginContext } from './plugin-types.ts'
import { messageOf, refusal, refuse, wrapped } from './refusal.ts'
import { anno } from './resource/annotations.ts'
import { addOrigins, addTransformations, originBelow, originOfPlugin, originText, setOrigin, type Origin } from './resource/origin.ts'
import { sameTree } from './tree/nodes.ts'
import { isLocal, readResources } from './resource/read-resources.ts'
import type { Resource } from './resource/resource.ts'
import { ResourceMap } from './resource/resource-map.ts'
import { addHashes } from './transform/hash.ts'
import { fixNameReferences } from './transform/name-reference.ts'
import { addVariables, bindVariables, replaceVariables, variablesOf } from './transform/variables.ts'

type Context = Omit<PluginContext, 'loader'>

/** One kustomization of a build. Upstream: KustTarget. */
export class Target {
  readonly kustomization: Kustomization
  readonly #file: string
  readonly #loader: Loader
  readonly #context: Context
  /** Where this kustomization is, when anybody wants to know. */
  #origin: Origin | undefined
  /** The namespace of the kustomizations above, for charts that have none. */
  #helmNamespace = ''

  private constructor(kustomization: Kustomization, file: string, loader: Loader, context: Context) {
    this.kustomization = kustomization
    this.#file = file
    this.#loader = loader
    this.#context = context
  }

  /** Reads the kustomization at a loader's root. */
  static async load(loader: Loader, context: Context): Promise<Target> {
    loader.context.signal?.throwIfAborted()
    if (loader.depth > limits.depth) refuse(`kustomizations are more than ${limits.depth} deep inside one another`)
    if (++loader.context.used.kustomizations > limits.kustomizations) refuse(`the build uses more than ${limits.kustomizations} kustomizations`)
    const found: [string, string][] = []
    for (const name of kustomizationFileNames) await loader.load(name).then((text) => found.push([name, text]), () => {})
    if (found.length === 0) refuse(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`)
    if (found.length > 1) refuse(`Found multiple kustomization files under: ${loader.root}\n`)
    const [file, text] = found[0]!
    return new Target(readKustomization(text, loader.root, context.warn), file, loader, context)
  }

  /** The `openapi` of this kustomization takes effect. */
  async useSchema(root: boolean): Promise<void> {
    const { openapi = {} } = this.kustomization
    const text = openapi.path === undefined ? undefined : await this.#loader.load(openapi.path)
    this.#context.schemas.use(openapi, text, root)
  }

  get #plugins(): PluginContext { return { ...this.#context, loader: this.#loader } }

  /** Everything, customized, with names, references and variables in their final form. */
  async make(): Promise<ResourceMap> {
    if (this.kustomization.buildMetadata.length > 0) this.#origin = {}
    const all = await this.#accumulate(new Accumulator())
    addHashes(all.map)
    fixNameReferences(all.map, all.config.nameReference)
    const unused = replaceVariables(all.map, all.variables, all.config.varReference, this.#context.warn)
    if (unused.length > 0) this.#context.warn(`well-defined vars that were never replaced: ${unused.join(',')}`)
    all.map.list = all.map.list.filter((resource) => !resource.isEmpty && !isLocal(resource.node!))
    return all.map
  }

  /** `into` is what a component works on, else empty. */
  async #accumulate(into: Accumulator): Promise<Accumulator> {
    const k = this.kustomization
    let all = into
    try {
      await this.#accumulateResources(all, k.resources)
    } catch (error) {
      throw wrapped(error, 'accumulating resources')
    }
    all.addConfig(await this.#transformerConfig())
    all.addConfig(await this.#crdConfig())
    await this.#generate(all)
    try {
      all = await this.#accumulateComponents(all, k.components ?? [])
    } catch (error) {
      throw wrapped(error, 'accumulating components')
    }
    await this.#transform(all)
    await this.#validate(all)
    const variables = variablesOf(k.vars ?? [])
    try {
      bindVariables(all.map, variables)
      addVariables(all.variables, variables)
    } catch (error) {
      throw wrapped(error, `merging vars [${variables.map((one) => one.written).join(' ')}]`)
    }
    return all
  }

  async #transformerConfig(): Promise<TransformerConfig> {
    let config: TransformerConfig | undefined
    for (const path of this.kustomization.configurations ?? []) {
      const text = await this.#loader.load(path)
      config = mergeConfigs(config ?? emptyConfig, configOf(plainOf(unmarshalInto(text, transformerConfigShape, { strict: true }))))
    }
    return config === undefined ? defaultConfig : mergeConfigs(defaultConfig, config)
  }

  async #crdConfig(): Promise<TransformerConfig> {
    let config = emptyConfig
    const { crds = [] } = this.kustomization
    try {
      for (const path of crds) config = mergeConfigs(config, configFromDefinitions(await this.#loader.load(path), path))
    } catch (error) {
      throw wrapped(error, `loading CRDs [${crds.join(' ')}]`)
    }
    return config
  }

  #pluginOrigin(kind: string): Origin | undefined {
    if (this.#origin === undefined) return undefined
    const { repo, ref, path = '' } = this.#origin
    return { ...(repo && { repo }), ...(ref && { ref }), configuredIn: posix.join(path, this.#file), configuredBy: { apiVersion: 'builtin', kind } }
  }

  async #generate(all: Accumulator): Promise<void> {
    const k = this.kustomization
    const own = (await ownGenerators(k, this.#plugins, k.namespace || this.#helmNamespace)).map(({ kind, plugin }) => ({ plugin, origin: this.#pluginOrigin(kind) }))
    const external: { plugin: Plugin; origin: Origin | undefined }[] = []
    try {
      for (const resource of (await this.#configurations(k.generators ?? [], 'generator')).list) {
        const plugin = await loadPlugin(resource, this.#plugins).catch((error: unknown) => { throw wrapped(error, 'failed to load generator') })
        if (plugin.generate === undefined) refuse(`failed to load generator: plugin ${resource.kind} not a generator`)
        external.push({ plugin, origin: originOfPlugin(resource) })
      }
    } catch (error) {
      throw wrapped(error, 'loading generator plugins')
    }
    for (const { plugin, origin } of [...own, ...external]) {
      const made = await plugin.generate!()
      if (origin !== undefined) addOrigins(made, origin)
      try {
        all.map.absorbAll(made)
      } catch (error) {
        throw wrapped(error, 'merging from generator')
      }
    }
  }

  /** The objects of `generators`, `transformers` or `validators`: inline, in files or in kustomizations. */
  async #configurations(entries: readonly string[], what: string): Promise<ResourceMap> {
    const all = new Accumulator()
    const paths: string[] = []
    for (const entry of entries) {
      let resources: Resource[]
      try {
        resources = ResourceMap.of(readResources(entry, this.#context.schemas)).list
      } catch {
        paths.push(entry)
        continue
      }
      if (this.#origin !== undefined) for (const resource of resources) setOrigin(resource, originBelow(this.#origin, this.#file))
      try {
        all.map.appendAll(resources)
      } catch (error) {
        throw wrapped(error, `configuring external ${what}`)
      }
    }
    await this.#accumulateResources(all, paths)
    return all.map
  }

  async #loadTransformers(entries: readonly string[]): Promise<{ plugin: Plugin; origin: Origin | undefined }[]> {
    const out: { plugin: Plugin; origin: Origin | undefined }[] = []
    for (const resource of (await this.#configurations(entries, 'transformer')).list) {
      const plugin = await loadPlugin(resource, this.#plugins)
      if (plugin.transform === undefined) refuse(`plugin ${resource.kind} not a transformer`)
      out.push({ plugin, origin: originOfPlugin(resource) })
    }
    return out
  }

  async #transform(all: Accumulator): Promise<void> {
    const k = this.kustomization
    const own = (await ownTransformers(k, all.config, this.#plugins)).map(({ kind, plugin }) => ({ plugin, origin: this.#pluginOrigin(kind) }))
    for (const { plugin, origin } of [...own, ...await this.#loadTransformers(k.transformers ?? [])]) {
      this.#loader.context.signal?.throwIfAborted()
      plugin.transform!(all.map)
      if (origin !== undefined) addTransformations(all.map, origin)
      all.map.dropEmpty()
    }
  }

  async #validate(all: Accumulator): Promise<void> {
    for (const { plugin } of await this.#loadTransformers(this.kustomization.validators ?? [])) {
      const before = all.map.list.map((resource) => resource.copy())
      plugin.transform!(all.map)
      const after = all.map.list.map((resource) => resource.copy())
      for (const copy of after) {
        const { labels } = copy
        if (labels.delete('validated-by')) copy.labels = labels
      }
      const problem = "validator shouldn't modify the resource map"
      if (before.length !== after.length) refuse(`${problem}: lists have different number of entries`)
      before.forEach((resource, i) => {
        if (!sameTree(resource.node, after[i]!.node)) refuse(`${problem}: nodes unequal: \n -- ${resource.json},\n -- ${after[i]!.json}`)
      })
    }
  }

  async #accumulateResources(all: Accumulator, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      let fileError: unknown
      try {
        await this.#accumulateFile(all, path)
        continue
      } catch (error) {
        if (isHttpRefusal(error)) throw error
        this.#loader.context.signal?.throwIfAborted()
        fileError = error
      }
      const fileText = messageOf(fileError)
      try {
        let loader: Loader
        try {
          loader = await this.#loader.below(path)
        } catch (error) {
          if (fileText.includes('MalformedYAMLError')) throw new OnlyFile(fileText)
          throw error
        }
        mergeInto(all, await this.#below(loader, path, undefined), loader)
      } catch (error) {
        throw error instanceof OnlyFile ? refusal(error.message) : wrapped(error, `accumulation err='${fileText}'`)
      }
    }
  }

  async #accumulateComponents(into: Accumulator, paths: readonly string[]): Promise<Accumulator> {
    let all = into
    for (const path of paths) {
      const loader = await this.#loader.below(path).catch((error: unknown) => refuse(`loader.New ${quote(messageOf(error))}`))
      try {
        // A component goes on with what there is: afterwards that is all there is.
        const made = await this.#below(loader, path, all)
        all = new Accumulator()
        mergeInto(all, made, loader)
      } catch (error) {
        refuse(`accumulateDirectory: ${quote(messageOf(error))}`)
      }
    }
    return all
  }

  /** What a kustomization that this one names makes. `component`: what a component works on. */
  async #below(loader: Loader, path: string, component: Accumulator | undefined): Promise<Accumulator> {
    const target = await Target.load(loader, this.#context).catch((error: unknown) => { throw wrapped(error, `couldn't make target for path '${loader.root}'`) })
    const k = target.kustomization
    k.buildMetadata = this.kustomization.buildMetadata
    target.#origin = this.#origin === undefined ? undefined : originBelow(this.#origin, path)
    target.#helmNamespace = this.kustomization.namespace || this.#helmNamespace
    await target.useSchema(false)
    if (component !== undefined && k.kind !== 'Component') refuse(`expected kind 'Component' for path '${loader.root}' but got '${k.kind}'`)
    if (component === undefined && k.kind === 'Component') refuse(`expected kind != 'Component' for path '${loader.root}'`)
    try {
      return await target.#accumulate(component ?? new Accumulator())
    } catch (error) {
      throw wrapped(error, `recursed accumulation of path '${loader.root}'`)
    }
  }

  async #accumulateFile(all: Accumulator, path: string): Promise<void> {
    let resources: Resource[]
    try {
      const text = await this.#loader.load(path)
      try {
        resources = ResourceMap.of(readResources(text, this.#context.schemas)).list
      } catch (error) {
        throw malformedIn(error, path)
      }
    } catch (error) {
      throw wrapped(error, `accumulating resources from '${path}'`)
    }
    if (this.#origin !== undefined) for (const resource of resources) annotateOrigin(resource, originText(originBelow(this.#origin, path)))
    try {
      all.map.appendAll(resources)
    } catch (error) {
      throw wrapped(error, `merging resources from '${path}'`)
    }
  }
}

function isHttpRefusal(error: unknown): boolean {
  return error instanceof HttpRefusal || (error instanceof Error && error.cause !== undefined && isHttpRefusal(error.cause))
}

function mergeInto(all: Accumulator, made: Accumulator, loader: Loader): void {
  try {
    all.merge(made)
  } catch (error) {
    throw wrapped(error, `recursed merging from path '${loader.root}'`)
  }
}

/** The file is at fault, not the folder it is not. */
class OnlyFile extends Error {}

function annotateOrigin(resource: Resource, text: string): void {
  const { annotations } = resource
  resource.annotations = annotations.set(anno.origin, text)
}
