import { formatFloat, Int, parseBool, parseFloat, sprint, type Value } from '../../../language/go/index.ts'
import { treeValue, type TreeNode } from '../../../language/yaml/index.ts'
import type { FieldSpec } from '../config/field-spec.ts'
import type { Variable } from '../config/types.ts'
import { refuse } from '../refusal.ts'
import { gvkText } from '../resource/gvk.ts'
import { sameId, sameKindAndName, type ResId } from '../resource/res-id.ts'
import type { Resource } from '../resource/resource.ts'
import type { ResourceMap } from '../resource/resource-map.ts'
import { lookup } from '../tree/fields.ts'
import { isMissingOrNull, isStringNode, type Node } from '../tree/nodes.ts'
import { splitSmart } from '../tree/split-path.ts'
import { applyFieldSpec } from './apply-field-spec.ts'

/** A variable with everything it leaves out filled in. */
export interface Var {
  readonly name: string
  readonly target: ResId
  readonly fieldPath: string
  /** As it is written, for errors: before anything is filled in, and with the version of its apiVersion. */
  readonly written: string
  readonly versioned: string
}

/** Reads the vars of a kustomization. Upstream makes the ids of their targets without a look at the kinds. */
export function variablesOf(raw: readonly Variable[]): Var[] {
  return raw.map(({ name = '', objref = {}, fieldref = {} }) => {
    let { group = '', version = '' } = objref
    const { apiVersion = '', kind = '', namespace = '' } = objref
    const parts = apiVersion.split('/')
    if (apiVersion !== '' && parts.length === 2) [group, version] = parts as [string, string]
    else if (apiVersion !== '' && parts.length === 1) version = apiVersion
    const path = fieldref.fieldPath ?? ''
    return {
      name, target: { gvk: { group, version, kind }, name: objref.name ?? '', namespace, clusterScoped: false }, fieldPath: path || 'metadata.name',
      written: `{${name} ${gvkText({ group: objref.group ?? '', version: objref.version ?? '', kind })} {${path}}}`, versioned: `{${name} ${gvkText({ group, version, kind })} {${path}}}`,
    }
  })
}

/** Notes at the resource each variable means that it has the value. */
export function bindVariables(map: ResourceMap, variables: readonly Var[]): void {
  for (const variable of variables) {
    const { target } = variable
    const matches = map.matchingAny((id) => (target.namespace === '' ? sameKindAndName(target, id) : sameId(target, id)))
    if (matches.length > 1) refuse(`found ${matches.length} resId matches for var ${variable.versioned} (unable to disambiguate)`)
    matches[0]?.varNames.push(variable.name)
  }
}

/** Adds variables to others by name. */
export function addVariables(set: Map<string, Var>, added: Iterable<Var>): void {
  for (const variable of added) {
    if (set.has(variable.name)) refuse(`var '${variable.name}' already encountered`)
    set.set(variable.name, variable)
  }
}

/** How Go prints a variable: the object it means by its kind alone. */
const varText = ({ name, target, fieldPath }: Var): string => `{${name} ${gvkText(target.gvk)} {${fieldPath}}}`

/**
 * Replaces `$(NAME)` in the fields of the specs.
 * @returns the names that stand nowhere
 */
export function replaceVariables(map: ResourceMap, variables: ReadonlyMap<string, Var>, specs: readonly FieldSpec[], warn: (line: string) => void): string[] {
  const names = [...variables.keys()].sort()
  const values = new Map(names.map((name) => [name, variableValue(map, variables.get(name)!)]))
  if (values.size === 0) return []
  const used = new Set<string>()
  const replace = (text: string): Value => expand(text, (name) => {
    if (!values.has(name)) return `$(${name})`
    const value = values.get(name)!
    if (typeof value === 'object' && !(value instanceof Int)) {
      warn(`MakePrimitiveReplacer: bad replacement type=${Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'} val=${sprint([value])}`)
      return `$(${name})`
    }
    used.add(name)
    return value
  })
  for (const resource of map.list) for (const spec of specs) applyFieldSpec(resource.node!, spec, { set: (node) => replaceIn(node, replace) })
  return names.filter((name) => !used.has(name))
}

function variableValue(map: ResourceMap, variable: Var): Value {
  const resource = map.list.find((one) => one.varNames.includes(variable.name))
  if (resource === undefined) return refuse(`var '${varText(variable)}' cannot be mapped to a field in the set of known resources`)
  try {
    return fieldValue(resource, variable.fieldPath)
  } catch {
    return refuse(`field specified in var '${varText(variable)}' not found in corresponding resource`)
  }
}

/** Upstream: GetFieldValue. */
function fieldValue(resource: Resource, path: string): Value {
  const parts = splitSmart(path, '.').flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/.exec(part)
    return match === null ? [part] : [...(match[1] === '' ? [] : [match[1]!]), match[2]!]
  })
  const node: Node = lookup(resource.node, parts)
  if (node === undefined) return refuse(`no field named '${path}'`)
  if (node.kind !== 'scalar') return treeValue(node)
  switch (node.tag) {
    case '!!int': return /^[+-]?\d+$/.test(node.value) ? new Int(BigInt(node.value)) : refuse(`strconv.Atoi: parsing "${node.value}": invalid syntax`)
    case '!!float': return parseFloat(node.value)
    case '!!bool': return parseBool(node.value)
    default: return node.value
  }
}

/** A text with what its variables stand for; a text that is no more than one variable becomes its value. Upstream: DoReplacements. */
function expand(input: string, valueOf: (name: string) => Value): Value {
  let out = ''
  let from = 0
  for (let i = 0; i < input.length; i++) {
    if (input[i] !== '$' || i + 1 >= input.length) continue
    out += input.slice(from, i)
    const next = input[i + 1]!
    const close = next === '(' ? input.indexOf(')', i + 2) : -1
    if (close >= 0) {
      const name = input.slice(i + 2, close)
      const value = valueOf(name)
      if (input === `$(${name})`) return value
      out += typeof value === 'string' ? value : sprint([value])
      i = close
    } else {
      out += next === '$' ? '$' : `$${next}`
      i++
    }
    from = i + 1
  }
  return out + input.slice(from)
}

function replaceIn(node: TreeNode, replace: (text: string) => Value): void {
  if (isMissingOrNull(node)) return
  switch ((node as TreeNode).kind) {
    case 'scalar':
      if (isStringNode(node)) update(node, replace(node.value))
      return
    case 'mapping':
      for (let i = 0; i < node.content.length; i += 2) {
        const key = node.content[i]!
        const value = node.content[i + 1]!
        if (!isStringNode(key)) refuse(`invalid map key: value='${key.value}', tag='${key.tag}'`)
        if (isStringNode(value)) update(value, replace(value.value))
      }
      return
    case 'sequence':
      for (const item of node.content) {
        if (!isStringNode(item)) refuse('invalid value type expect a string')
        update(item, replace(item.value))
      }
      return
    default: refuse('invalid type encountered')
  }
}

function update(node: TreeNode, value: Value): void {
  node.style = 0
  if (value instanceof Int) {
    node.value = value.value.toString()
    node.tag = '!!int'
  } else if (typeof value === 'boolean') {
    node.value = String(value)
    node.tag = '!!bool'
  } else if (typeof value === 'number') {
    node.value = formatFloat(value, 'f', -1)
    node.tag = '!!float'
  } else {
    node.value = value as string
    node.tag = '!!str'
  }
}
