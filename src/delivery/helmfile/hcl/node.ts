/** A place in a file; lines and columns count from 1. */
export interface HclPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Where it ends, on a line. */
  readonly endLine: number
  readonly endColumn: number
}

/** One step of a traversal: `.name`, `[key]`, or `.*`/`[*]` with what follows for each item. */
export type HclStep =
  | { readonly kind: 'name'; readonly name: string; readonly place: HclPlace }
  | { readonly kind: 'index'; readonly key: HclNode; readonly place: HclPlace }
  | { readonly kind: 'splat'; readonly rest: readonly HclStep[]; readonly place: HclPlace }

/** An expression of HCL. */
export type HclNode = { readonly place: HclPlace } & (
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'steps'; readonly of: HclNode; readonly steps: readonly HclStep[] }
  | { readonly kind: 'template'; readonly parts: readonly HclNode[] }
  | { readonly kind: 'tuple'; readonly items: readonly HclNode[] }
  | { readonly kind: 'object'; readonly items: readonly (readonly [key: HclNode, value: HclNode])[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: HclNode }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: HclNode; readonly right: HclNode }
  | { readonly kind: 'conditional'; readonly condition: HclNode; readonly yes: HclNode; readonly no: HclNode }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly HclNode[]; readonly expand: boolean }
  | { readonly kind: 'for'; readonly key: string | undefined; readonly item: string; readonly list: HclNode; readonly makeKey: HclNode | undefined; readonly make: HclNode; readonly condition: HclNode | undefined; readonly group: boolean; readonly text: boolean }
)

export interface HclAttribute {
  readonly name: string
  readonly expression: HclNode
  readonly place: HclPlace
}

export interface HclBlock {
  readonly type: string
  readonly attributes: readonly HclAttribute[]
  readonly place: HclPlace
}

/** A reference: its root, and the first name after it if one follows. */
export interface HclReference {
  readonly root: string
  readonly name: string | undefined
  readonly steps: number
  readonly place: HclPlace
}

/** The references of an expression, names that `for` binds aside. */
export function referencesOf(node: HclNode, bound: ReadonlySet<string> = new Set()): HclReference[] {
  switch (node.kind) {
    case 'literal': return []
    case 'variable': return bound.has(node.name) ? [] : [{ root: node.name, name: undefined, steps: 0, place: node.place }]
    case 'steps': {
      const inner = node.steps.flatMap((step) => stepReferences(step, bound))
      if (node.of.kind !== 'variable') return [...referencesOf(node.of, bound), ...inner]
      if (bound.has(node.of.name)) return inner
      const [first] = node.steps
      return [{ root: node.of.name, name: first?.kind === 'name' ? first.name : undefined, steps: node.steps.length, place: node.of.place }, ...inner]
    }
    case 'template': return node.parts.flatMap((part) => referencesOf(part, bound))
    case 'tuple': return node.items.flatMap((item) => referencesOf(item, bound))
    case 'object': return node.items.flatMap(([key, value]) => [...(key.kind === 'variable' ? [] : referencesOf(key, bound)), ...referencesOf(value, bound)])
    case 'unary': return referencesOf(node.operand, bound)
    case 'binary': return [...referencesOf(node.left, bound), ...referencesOf(node.right, bound)]
    case 'conditional': return [node.condition, node.yes, node.no].flatMap((part) => referencesOf(part, bound))
    case 'call': return node.args.flatMap((arg) => referencesOf(arg, bound))
    case 'for': {
      const inside = new Set([...bound, node.item, ...(node.key === undefined ? [] : [node.key])])
      return [...referencesOf(node.list, bound), ...[node.makeKey, node.make, node.condition].flatMap((part) => (part === undefined ? [] : referencesOf(part, inside)))]
    }
  }
}

function stepReferences(step: HclStep, bound: ReadonlySet<string>): HclReference[] {
  if (step.kind === 'index') return referencesOf(step.key, bound)
  return step.kind === 'splat' ? step.rest.flatMap((one) => stepReferences(one, bound)) : []
}
