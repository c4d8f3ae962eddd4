import { posix } from 'node:path'
import { quote } from '../../language/go/index.ts'
import { marshalPlain, toPlain, unmarshal, unmarshalInto } from '../../language/yaml/index.ts'
import { fieldSpecs, type FieldSpec } from './config/field-spec.ts'
import { pluginShapes, replacementShape } from './config/kustomization-shape.ts'
import { plainOf } from './config/plain.ts'
import type { HelmChart, HelmGlobals, Replacement, ReplacementField } from './config/types.ts'
import { generateData } from './generate/config-map.ts'
import { generateHelmChart } from './generate/helm-chart.ts'
import { generatePolicy } from './generate/iam-policy.ts'
import type { Loader } from './load/loader.ts'
import type { Plugin, PluginContext } from './plugin-types.ts'
import { messageOf, refusal, refuse, wrapped } from './refusal.ts'
import { gvkText } from './resource/gvk.ts'
import { readResources } from './resource/read-resources.ts'
import { idText } from './resource/res-id.ts'
import type { Resource } from './resource/resource.ts'
import type { Schemas } from './schema/schema.ts'
import { addHashes } from './transform/hash.ts'
import { setImages } from './transform/images.ts'
import { setEntries } from './transform/labels.ts'
import { affixNames } from './transform/names.ts'
import { setNamespaces, type SubjectMode } from './transform/namespace.ts'
import { applyMergePatches, applyOperations, applyPatch, readOperations, readPatch } from './transform/patches.ts'
import { applyReplacements } from './transform/replacements.ts'
import { setReplicas } from './transform/replicas.ts'
import { addValues, type ValueTarget } from './transform/value-add.ts'
import { selectResources } from './resource/select.ts'

type Config = Record<string, any>
type Maker = (config: Config, context: PluginContext, specs: readonly FieldSpec[]) => Promise<Plugin> | Plugin

/** The built-in plugins. Each reads what it needs when it is made, and works later. Upstream: api/internal/builtins. */
const makers: Readonly<Record<string, Maker>> = {
  AnnotationsTransformer: ({ annotations }, _, specs) => ({ transform: (map) => setEntries(map, annotations ?? {}, specs) }),
  LabelTransformer: ({ labels }, _, specs) => ({ transform: (map) => setEntries(map, labels ?? {}, specs) }),
  HashTransformer: () => ({ transform: addHashes }),
  ImageTagTransformer: ({ imageTag }, _, specs) => ({ transform: (map) => setImages(map, imageTag ?? {}, specs) }),
  ReplicaCountTransformer: ({ replica }, _, specs) => ({ transform: (map) => setReplicas(map, replica ?? {}, specs) }),
  PrefixTransformer: ({ prefix = '', fieldSpecs: given }, _, specs) => {
    if (!given) refuse('fieldSpecs is not expected to be nil')
    return { transform: (map) => affixNames(map, 'prefix', prefix, specs) }
  },
  SuffixTransformer: ({ suffix = '', fieldSpecs: given }, _, specs) => {
    if (!given) refuse('fieldSpecs is not expected to be nil')
    return { transform: (map) => affixNames(map, 'suffix', suffix, specs) }
  },
  PrefixSuffixTransformer: ({ prefix = '', suffix = '', fieldSpecs: given }, _, specs) => {
    if (!given) refuse('fieldSpecs is not expected to be nil')
    return {
      transform: (map) => {
        affixNames(map, 'prefix', prefix, specs)
        affixNames(map, 'suffix', suffix, specs)
      },
    }
  },
  NamespaceTransformer: ({ metadata, unsetOnly, setRoleBindingSubjects: mode = '' }, _, specs) => {
    if (!['', 'defaultOnly', 'allServiceAccounts', 'none'].includes(mode)) {
      refuse(`invalid value ${quote(mode)} for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`)
    }
    return { transform: (map) => setNamespaces(map, { namespace: metadata?.namespace ?? '', fieldSpecs: specs, unsetOnly: unsetOnly === true, subjects: (mode || 'defaultOnly') as SubjectMode }) }
  },
  PatchTransformer: async (config, { loader, schemas }) => {
    const { path = '' } = config
    const inline = String(config.patch ?? '').replace(/^\s+|\s+$/g, '')
    if (inline === '' && path === '') refuse(`must specify one of patch and path in\n${marshalPlain(trimmed(config))}`)
    if (inline !== '' && path !== '') refuse(`patch and path can't be set at the same time\n${marshalPlain(trimmed(config))}`)
    const text = inline !== '' ? inline : await loader.load(path).catch((error: unknown) => { throw wrapped(error, `failed to get the patch file from path(${path})`) })
    const patch = readPatch(config, text, schemas)
    return { transform: (map) => applyPatch(map, patch) }
  },
  PatchJson6902Transformer: async ({ target, path = '', jsonOp = '' }, { loader }) => {
    if (!target?.name) refuse('must specify the target name')
    if (path === '' && jsonOp === '') refuse('empty file path and empty jsonOp')
    if (path !== '' && jsonOp !== '') refuse('must specify a file path or jsonOp, not both')
    const text: string = path === '' ? jsonOp : await loader.load(path)
    if (text === '') refuse(`patch file '${path}' empty seems to be empty`)
    let operations: unknown[]
    try {
      operations = readOperations(text)
    } catch (error) {
      throw wrapped(error, `decoding ${text}`)
    }
    if (operations.length === 0) refuse(`patch appears to be empty; file=${path}, JsonOp=${text}`)
    return { transform: (map) => { for (const resource of selectResources(map, target)) applyOperations(resource, operations) } }
  },
  PatchStrategicMergeTransformer: async ({ paths, patches = '' }, { loader, schemas }) => {
    if (!paths?.length && patches === '') refuse('empty file path and empty patch content')
    const loaded: Resource[] = []
    for (const path of (paths ?? []) as string[]) loaded.push(...await mergePatches(path, loader, schemas))
    if (patches !== '') loaded.push(...readResources(patches, schemas))
    if (loaded.length === 0) refuse(`patch appears to be empty; files=[${(paths ?? []).join(' ')}], Patch=${patches}`)
    return { transform: (map) => applyMergePatches(map, loaded) }
  },
  ReplacementTransformer: async ({ replacements }, { loader }) => {
    const list: Replacement[] = []
    for (const entry of (replacements ?? []) as ReplacementField[]) {
      if (entry.path && (entry.source || entry.targets?.length)) refuse('cannot specify both path and inline replacement')
      if (entry.path) list.push(...await replacementsOf(await loader.load(entry.path)))
      else list.push(entry)
    }
    return { transform: (map) => applyReplacements(map, list) }
  },
  ValueAddTransformer: async ({ value = '', targets, targetFilePath = '' }, { loader }) => {
    const list = [...((targets ?? []) as ValueTarget[])]
    if (targetFilePath !== '') list.push(...((toPlain(unmarshal(await loader.load(targetFilePath))) as Config | null)?.targets ?? []) as ValueTarget[])
    if (list.length === 0) refuse('must specify at least one target')
    for (const target of list) {
      if (!target.fieldPath) refuse('fieldPath cannot be empty')
      if ((target.filePathPosition ?? 0) < 0) refuse(`value of FilePathPosition (${target.filePathPosition}) cannot be negative`)
    }
    return { transform: (map) => addValues(map, String(value).trim() || posix.basename(loader.root), list) }
  },
  ConfigMapGenerator: (config, { loader, schemas }) => ({ generate: async () => [await generateData('ConfigMap', named(config), loader, schemas)] }),
  SecretGenerator: (config, { loader, schemas }) => ({ generate: async () => [await generateData('Secret', named(config), loader, schemas)] }),
  IAMPolicyGenerator: (config, { schemas }) => ({ generate: async () => generatePolicy(config, schemas) }),
  HelmChartInflationGenerator: (config, context) => generateHelmChart(config as HelmChart & HelmGlobals, context),
}

/** A generator takes its name from its own metadata. */
const named = (config: Config): Config => ({ ...config, name: config.name || config.metadata?.name, namespace: config.namespace || config.metadata?.namespace })

async function mergePatches(path: string, loader: Loader, schemas: Schemas): Promise<Resource[]> {
  try {
    return readResources(path, schemas)
  } catch {
    const text = await loader.load(path)
    try {
      return readResources(text, schemas)
    } catch (error) {
      throw malformedIn(error, path)
    }
  }
}

/** Names the file of a text that is no YAML. Upstream: kusterr.Handler. */
export function malformedIn(error: unknown, path: string): unknown {
  const text = messageOf(error)
  return text.includes('MalformedYAMLError') ? refusal(`${text} in File: ${path}`) : error
}

function replacementsOf(text: string): Replacement[] {
  const value = toPlain(unmarshal(text))
  if (Array.isArray(value)) return plainOf(unmarshalInto(text, { kind: 'slice', elem: replacementShape })) as Replacement[]
  if (typeof value === 'object' && value !== null) return [plainOf(unmarshalInto(text, replacementShape)) as Replacement]
  return refuse(`unsupported replacement type encountered within replacement path: ${value === null ? 'invalid' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'float64' : 'string'}`)
}

/** A built-in plugin with a configuration. */
export async function makePlugin(kind: string, config: Config, context: PluginContext, specs: readonly FieldSpec[] = fieldSpecs(config.fieldSpecs)): Promise<Plugin> {
  return makers[kind]!(config, context, specs)
}

/** A plugin that the kustomization itself asks for; errors show what it was configured with. */
export async function makeOwnPlugin(kind: string, config: Config, context: PluginContext, specs?: readonly FieldSpec[], shown: Config = config): Promise<Plugin> {
  try {
    return await makePlugin(kind, config, context, specs)
  } catch (error) {
    throw wrapped(error, `trouble configuring builtin ${kind} with config: \`\n${marshalPlain(trimmed(shown))}\``)
  }
}

/** A plugin configured by an object of `generators`, `transformers` or `validators`. */
export async function loadPlugin(resource: Resource, context: PluginContext): Promise<Plugin> {
  const { group, version, kind } = resource.gvk
  const id = resource.originalId
  if (group !== '' || version !== 'builtin') {
    refuse(`external plugins disabled; unable to load external plugin '${id.gvk.kind}'`, 'Pintle runs no program and no container for a kustomization; only the built-in plugins can be used.')
  }
  if (!Object.hasOwn(makers, kind)) refuse(`unable to load builtin ${gvkText(resource.gvk)}`)
  let config: Config
  try {
    config = plainOf(unmarshalInto(resource.yaml, pluginShapes[kind]!)) ?? {}
    return await makePlugin(kind, config, context)
  } catch (error) {
    throw wrapped(error, `plugin ${idText(id)} fails configuration`)
  }
}

/** Without what Go's omitempty leaves out. */
export function trimmed(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0)))
}
