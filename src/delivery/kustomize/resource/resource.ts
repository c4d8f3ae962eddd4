import { compareStrings, jsonMarshal } from '../../../language/go/index.ts'
import { marshal, treeGoSyntax, TreeNode, treeStyle, treeValue } from '../../../language/yaml/index.ts'
import { refuse } from '../refusal.ts'
import type { Schemas } from '../schema/schema.ts'
import { clear, lookup, setField, setIn } from '../tree/fields.ts'
import { fieldOf, isMissingOrNull, isNilOrEmpty, scalar, stringNode, textOf, type Node } from '../tree/nodes.ts'
import { mergeTrees } from '../tree/merge.ts'
import { anno, buildAnnotations, isInternal } from './annotations.ts'
import { groupVersion, type Gvk } from './gvk.ts'
import { effectiveNamespace, idText, type ResId } from './res-id.ts'

export type StringMap = Map<string, string>

/** One object of a build: a tree that is changed in place, with the books of the build in its annotations. */
export class Resource {
  /** undefined once a patch has deleted everything. */
  node: Node
  readonly schemas: Schemas
  /** Names of the variables that take their values from here. */
  varNames: string[] = []

  constructor(node: Node, schemas: Schemas) {
    this.node = node
    this.schemas = schemas
  }

  get isEmpty(): boolean { return isNilOrEmpty(this.node) }
  get kind(): string { return this.#top('kind') }
  get apiVersion(): string { return this.#top('apiVersion') }
  get gvk(): Gvk { return { ...groupVersion(this.apiVersion), kind: this.kind } }
  get name(): string { return this.#meta('name') }
  get namespace(): string { return this.#meta('namespace') }

  #top(name: string): string {
    const content = this.node?.content ?? []
    for (let i = 0; i + 1 < content.length; i += 2) if (content[i]!.value === name) return content[i + 1]!.value
    return ''
  }

  get #metadata(): Node {
    const metadata = isMissingOrNull(this.node) ? undefined : fieldOf(this.node, 'metadata')
    return isNilOrEmpty(metadata) ? undefined : metadata
  }

  #meta(name: string): string {
    const value = fieldOf(this.#metadata, name)
    return isNilOrEmpty(value) ? '' : value!.value
  }

  #metaMap(name: string): StringMap {
    const out: StringMap = new Map()
    const content = fieldOf(this.#metadata, name)?.content ?? []
    for (let i = 0; i + 1 < content.length; i += 2) out.set(content[i]!.value, content[i + 1]!.value)
    return out
  }

  get annotations(): StringMap { return this.#metaMap('annotations') }
  get labels(): StringMap { return this.#metaMap('labels') }
  set annotations(map: StringMap) { this.#setMetaMap('annotations', map) }
  set labels(map: StringMap) { this.#setMetaMap('labels', map) }

  #setMetaMap(name: string, map: StringMap): void {
    const metadata = lookup(this.node, ['metadata'], 'mapping')
    if (metadata === undefined) return
    clear(metadata, name)
    if (map.size === 0) return
    const target = lookup(metadata, [name], 'mapping')!
    for (const key of [...map.keys()].sort(compareStrings)) setField(target, key, stringNode(map.get(key)!))
  }

  setKind(kind: string): void { setIn(this.node!, ['kind'], scalar(kind)) }
  setApiVersion(apiVersion: string): void { setIn(this.node!, ['apiVersion'], scalar(apiVersion)) }
  setName(name: string): void { setIn(this.node!, ['metadata', 'name'], scalar(name)) }
  setNamespace(namespace: string): void {
    if (namespace !== '') return setIn(this.node!, ['metadata', 'namespace'], scalar(namespace))
    const metadata = lookup(this.node, ['metadata'])
    if (metadata !== undefined) clear(metadata, 'namespace')
  }

  get id(): ResId {
    const { apiVersion, kind } = this
    return { gvk: { ...groupVersion(apiVersion), kind }, name: this.name, namespace: this.namespace, clusterScoped: this.schemas.isClusterScoped(apiVersion, kind) }
  }

  /** What it was called before, the oldest first. */
  get previousIds(): ResId[] {
    const { annotations } = this
    const names = annotations.get(anno.previousNames)
    if (names === undefined) return []
    const list = names.split(',')
    const namespaces = (annotations.get(anno.previousNamespaces) ?? '').split(',')
    const kinds = (annotations.get(anno.previousKinds) ?? '').split(',')
    if (list.length !== namespaces.length || list.length !== kinds.length) {
      refuse('number of previous names, number of previous namespaces, number of previous kinds not equal')
    }
    const { group, version } = groupVersion(this.apiVersion)
    // Upstream does not look their kinds up: the namespace that was noted says what there is to say.
    return list.map((name, i) => ({ gvk: { group, version, kind: kinds[i]! }, name, namespace: namespaces[i]!, clusterScoped: false }))
  }

  get originalId(): ResId { return this.previousIds[0] ?? this.id }

  /** Remembers the present id. */
  storeId(): void {
    const { id } = this
    this.#append(anno.previousNames, id.name)
    this.#append(anno.previousNamespaces, effectiveNamespace(id))
    this.#append(anno.previousKinds, id.gvk.kind)
  }

  list(annotation: string): string[] {
    const text = this.annotations.get(annotation)
    return text === undefined ? [] : text.split(',')
  }

  /** Adds to the list in an annotation. Upstream: appendCsvAnnotation, with SetAnnotation's way of writing. */
  #append(annotation: string, value: string): void {
    if (value === '') return
    this.annotate(annotation, [...this.list(annotation), value].join(','))
  }

  addPrefix(prefix: string): void { this.#append(anno.prefixes, prefix) }
  addSuffix(suffix: string): void { this.#append(anno.suffixes, suffix) }
  addReferrer(id: string): void { this.#append(anno.refBy, id) }

  /** Sets one annotation where it stands. Upstream: AnnotationSetter. */
  annotate(key: string, value: string): void {
    const metadata = fieldOf(this.node, 'metadata')
    const annotations = fieldOf(metadata, 'annotations')
    if (metadata?.kind === 'mapping' && annotations !== undefined && annotations.content.length === 0) clear(metadata, 'annotations')
    const target = lookup(this.node, ['metadata', 'annotations'], 'mapping')
    if (target !== undefined) setField(target, key, new TreeNode('scalar', '!!str', value, treeStyle.singleQuoted))
  }

  isEnabled(annotation: string): boolean { return this.annotations.get(annotation) === 'enabled' }

  enable(annotation: string): void { this.#set(annotation, 'enabled') }
  setBehavior(behavior: string): void { this.#set(anno.behavior, behavior) }
  get behavior(): string { return this.annotations.get(anno.behavior) ?? 'unspecified' }

  #set(annotation: string, value: string): void {
    const { annotations } = this
    annotations.set(annotation, value)
    this.annotations = annotations
  }

  /** Takes annotations away, in the way that drops the field when none are left. */
  removeAnnotations(keys: readonly string[]): void {
    const { annotations } = this
    for (const key of keys) annotations.delete(key)
    this.annotations = annotations
  }

  removeBuildAnnotations(): void {
    if (this.annotations.size > 0) this.removeAnnotations(buildAnnotations)
  }

  get internalAnnotations(): StringMap {
    return new Map([...this.annotations].filter(([key]) => isInternal(key)))
  }

  /** Labels, annotations, name and namespace of another resource, over which its own labels and annotations stay. Upstream: CopyMergeMetaDataFieldsFrom. */
  copyMetadataFrom(other: Resource): void {
    this.labels = new Map([...other.labels, ...this.labels])
    const own = this.annotations
    const theirs = other.annotations
    const merged = new Map([...theirs, ...own])
    for (const key of buildAnnotations) {
      if (theirs.has(key)) merged.set(key, theirs.get(key)!)
      else merged.delete(key)
    }
    if (!own.has(anno.needsHash)) merged.delete(anno.needsHash)
    this.annotations = merged
    this.setName(other.name)
    this.setNamespace(other.namespace)
    this.varNames = other.varNames.slice()
  }

  copy(): Resource {
    const out = new Resource(this.node?.copy(), this.schemas)
    out.varNames = this.varNames.slice()
    return out
  }

  /** Applies a strategic merge patch, which loses its directives. */
  applyPatch(patch: Resource): void {
    const { name, namespace, kind } = this
    const nameChange = patch.isEnabled(anno.allowNameChange)
    const kindChange = patch.isEnabled(anno.allowKindChange)
    if (nameChange || kindChange) this.storeId()
    this.node = mergeTrees(patch.node!, this.node!, this.schemas, 'prepend')
    if (this.isEmpty) return
    if (!kindChange) this.setKind(kind)
    if (!nameChange) this.setName(name)
    this.setNamespace(namespace)
  }

  /** A map of strings at the top: `data` and the like. */
  stringsOf(field: string): StringMap {
    const out: StringMap = new Map()
    const content = lookup(this.node, [field])?.content ?? []
    for (let i = 0; i + 1 < content.length; i += 2) out.set(textOf(content[i]), textOf(content[i + 1]))
    return out
  }

  /** As JSON, for errors, except for Secrets. Upstream: Resource.String. */
  get json(): string {
    if (this.kind === 'Secret') return idText(this.id)
    try {
      return jsonMarshal(treeValue(this.node!))
    } catch (error) {
      return `<${(error as Error).message}>`
    }
  }

  /** As Go's `%#v` prints it, for errors; what a Secret holds is not shown. */
  get goSyntax(): string {
    return this.kind === 'Secret' ? idText(this.id) : treeGoSyntax(this.node!)
  }

  /** The object as kustomize prints it. @throws the error of encoding/json or of a duplicate key */
  get yaml(): string {
    const value = treeValue(this.node!)
    try {
      return marshal(value)
    } catch (error) {
      return refuse((error as Error).message.replace(/^error marshaling into JSON: /, ''))
    }
  }
}

