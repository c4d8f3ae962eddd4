import { fieldSpec, fieldSpecs, mergeFieldSpec, mergeFieldSpecs, type FieldSpec } from './config/field-spec.ts'
import type { Kustomization } from './config/kustomization.ts'
import type { TransformerConfig } from './config/transformer-config.ts'
import { mergedOptions } from './generate/config-map.ts'
import { makeOwnPlugin, trimmed } from './plugin.ts'
import type { Plugin, PluginContext } from './plugin-types.ts'
import { prefixing } from './refusal.ts'

/** A plugin that a field of the kustomization stands for. */
export interface OwnPlugin { readonly kind: string; readonly plugin: Plugin }

/** The generators of a kustomization, in upstream's order. `namespace`: what charts get that have none. */
export async function ownGenerators(k: Kustomization, context: PluginContext, namespace: string): Promise<OwnPlugin[]> {
  const out: OwnPlugin[] = []
  const add = async (kind: string, config: Record<string, unknown>): Promise<void> => { out.push({ kind, plugin: await makeOwnPlugin(kind, config, context) }) }
  for (const args of k.configMapGenerator ?? []) await add('ConfigMapGenerator', { ...args, options: mergedOptions(args.options, k.generatorOptions) })
  for (const args of k.secretGenerator ?? []) await add('SecretGenerator', { ...args, options: mergedOptions(args.options, k.generatorOptions) })
  for (const chart of k.helmCharts) {
    await add('HelmChartInflationGenerator', { ...k.helmGlobals, ...chart, ...(!chart.namespace && namespace !== '' && { namespace }) })
  }
  return out
}

/** The transformers of a kustomization, in upstream's order. Upstream: configureBuiltinTransformers. */
export async function ownTransformers(k: Kustomization, tc: TransformerConfig, context: PluginContext): Promise<OwnPlugin[]> {
  const out: OwnPlugin[] = []
  const add = async (kind: string, config: Record<string, unknown>, specs?: readonly FieldSpec[], shown?: Record<string, unknown>): Promise<void> => {
    out.push({ kind, plugin: await makeOwnPlugin(kind, config, context, specs, shown) })
  }
  const given = { fieldSpecs: [] }
  if (k.patchesStrategicMerge?.length) await add('PatchStrategicMergeTransformer', { paths: k.patchesStrategicMerge })
  for (const { target, patch, path, options } of k.patches ?? []) await add('PatchTransformer', { target, patch, path, options })
  if (k.namespace) await add('NamespaceTransformer', { metadata: { namespace: k.namespace } }, tc.namespace)
  if (k.namePrefix) await add('PrefixTransformer', { prefix: k.namePrefix, ...given }, tc.namePrefix)
  if (k.nameSuffix) await add('SuffixTransformer', { suffix: k.nameSuffix, ...given }, tc.nameSuffix)
  if (k.labels?.length || Object.keys(k.commonLabels ?? {}).length > 0) {
    for (const label of k.labels ?? []) await add('LabelTransformer', { labels: label.pairs }, labelSpecs(label, tc))
    await add('LabelTransformer', { labels: k.commonLabels }, tc.commonLabels)
  }
  if (Object.keys(k.commonAnnotations ?? {}).length > 0) await add('AnnotationsTransformer', { annotations: k.commonAnnotations }, tc.commonAnnotations)
  for (const { target, path, patch } of k.patchesJson6902 ?? []) await add('PatchJson6902Transformer', { target, path, jsonOp: patch })
  for (const replica of k.replicas ?? []) await add('ReplicaCountTransformer', { replica }, tc.replicas)
  for (const imageTag of k.images ?? []) await add('ImageTagTransformer', { imageTag }, tc.images)
  if (k.replacements?.length) await add('ReplacementTransformer', { replacements: k.replacements }, [], { Replacements: k.replacements.map((one) => trimmed(one as Record<string, unknown>)) })
  return out
}

function labelSpecs(label: NonNullable<Kustomization['labels']>[number], tc: TransformerConfig): FieldSpec[] {
  return prefixing('failed to merge labels', () => {
    let specs = mergeFieldSpecs(fieldSpecs(label.fields), tc.labels)
    if (label.includeSelectors === true) return mergeFieldSpecs(specs, tc.commonLabels)
    if (label.includeTemplates === true) specs = prefixing('failed to merge template fieldSpec', () => mergeFieldSpecs(specs, tc.templateLabels))
    if (label.includeVolumeClaimTemplates === true) specs = prefixing('failed to merge volumeClaimTemplate fieldSpec', () => mergeFieldSpecs(specs, tc.volumeClaimTemplateLabels))
    return mergeFieldSpec(specs, fieldSpec('metadata/labels', true))
  })
}
