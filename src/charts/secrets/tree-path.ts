import { PintleError } from '../../errors/index.ts'
import { Branch, Scalar, type Tree } from './tree.ts'

/** Keys of maps and numbers of list items, from the root. */
export type TreePath = readonly (string | number)[]

/**
 * Reads `["key"]['other'][0]`. Upstream: parseTreePath in cmd/sops/main.go.
 * @throws PintleError secrets.path
 */
export function parseTreePath(text: string): TreePath {
  return text.split('[').filter((part) => part !== '').map((part) => {
    const inner = part.endsWith(']') ? part.slice(0, -1) : undefined
    if (inner !== undefined && /^(["'])[^]*\1$/.test(inner) && inner.length > 1) return inner.slice(1, -1)
    if (inner !== undefined && /^[-+]?\d{1,9}$/.test(inner)) return Number(inner)
    // A value in the place of the path would be told.
    throw new PintleError('secrets.path', `${JSON.stringify(text.replaceAll(/[\p{L}\p{N}]/gu, '•'))} is no path in a file`, { hint: 'Write ["key"]["other"][0], in quotes of the shell.' })
  })
}

const missing = (step: string | number): PintleError => new PintleError('secrets.path', typeof step === 'number' ? `Index ${step} out of bounds` : `Key not found: ${step}`, { details: { missing: true } })

/** What stands at a path. Upstream: Truncate in sops.go. @throws PintleError secrets.path */
export function extract(root: Branch, path: TreePath): Tree {
  let at: Tree = root
  for (const step of path) {
    if (typeof step === 'string') {
      const entry: { value: Tree } | undefined = at instanceof Branch ? at.find(step) : undefined
      if (entry === undefined) throw new PintleError('secrets.path', `component ['${step}'] not found`)
      at = entry.value
      continue
    }
    if (!Array.isArray(at) && !(at instanceof Branch)) throw new PintleError('secrets.path', `component [${step}] is integer, but tree part is not a slice`)
    if (!Array.isArray(at)) throw new PintleError('secrets.path', `component [${step}] is integer, but tree part is a map`)
    if (step < 0 || step >= at.length) throw new PintleError('secrets.path', `component [${step}] accesses out of bounds`)
    at = at[step]!
  }
  return at
}

/** Two values that say the same. */
function equal(a: Tree, b: Tree): boolean {
  if (a instanceof Branch) return b instanceof Branch && a.entries.length === b.entries.length && a.entries.every(({ key, value }, i) => key === b.entries[i]!.key && equal(value, b.entries[i]!.value))
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]!))
  if (a === null || b === null) return a === b
  return b instanceof Scalar && a.type === b.type && a.text === b.text
}

/** What stands alone at a path, with maps and lists around it. Upstream: valueFromPathAndLeaf. */
function around(path: TreePath, value: Tree): Tree {
  if (path.length === 0) return value
  const [step, ...rest] = path
  const inner = around(rest, value)
  if (typeof step === 'number') return [inner]
  const branch = new Branch()
  branch.add(step!, inner)
  return branch
}

/**
 * Sets the value at a path; what is missing on the way is made. Upstream: Set in sops.go.
 * @returns whether anything is different now
 * @throws PintleError secrets.path
 */
export function setAt(root: Branch, path: TreePath, value: Tree): boolean {
  if (path.length === 0) throw new PintleError('secrets.path', 'a place to set must be named', { hint: 'Write ["key"]["other"][0], in quotes of the shell.' })
  const [result, changed] = set(root, path, value)
  if (result !== root) throw new PintleError('secrets.path', 'the file itself cannot be replaced')
  return changed
}

function set(node: Tree, path: TreePath, value: Tree): [Tree, boolean] {
  const [step, ...rest] = path
  if (node instanceof Branch) {
    if (typeof step === 'number') throw new PintleError('secrets.path', `[${step}] is a number, and there is a map`)
    const entry = node.find(step!)
    if (entry === undefined) {
      node.add(step!, around(rest, value))
      return [node, true]
    }
    const [next, changed]: [Tree, boolean] = rest.length === 0 ? [value, !equal(entry.value, value)] : set(entry.value, rest, value)
    entry.value = next
    return [node, changed]
  }
  if (Array.isArray(node)) {
    if (typeof step !== 'number' || step < 0) throw new PintleError('secrets.path', `[${JSON.stringify(step)}] is no number of an item, and there is a list`)
    if (step >= node.length) {
      node.push(around(rest, value))
      return [node, true]
    }
    const [next, changed]: [Tree, boolean] = rest.length === 0 ? [value, !equal(node[step]!, value)] : set(node[step]!, rest, value)
    node[step] = next
    return [node, changed]
  }
  const next = around(path, value)
  return [next, !equal(node, next)]
}

/**
 * Takes away what stands at a path. Upstream: Unset in sops.go.
 * @throws PintleError secrets.path, with `details.missing` when nothing stands there
 */
export function unsetAt(root: Branch, path: TreePath): void {
  if (path.length === 0) throw new PintleError('secrets.path', 'a place to unset must be named', { hint: 'Write ["key"]["other"][0], in quotes of the shell.' })
  const step = path.at(-1)!
  const parent = path.slice(0, -1).reduce<Tree>(below, root)
  if (parent instanceof Branch && typeof step === 'string') {
    const at = parent.entries.findIndex(({ key }) => key === step)
    if (at < 0) throw missing(step)
    parent.entries.splice(at, 1)
  } else if (Array.isArray(parent) && typeof step === 'number') {
    if (step < 0 || step >= parent.length) throw missing(step)
    parent.splice(step, 1)
  } else throw new PintleError('secrets.path', `there is no ${typeof step === 'number' ? 'list' : 'map'} for ${JSON.stringify(step)}`)
}

function below(node: Tree, step: string | number): Tree {
  if (node instanceof Branch && typeof step === 'string') {
    const entry = node.find(step)
    if (entry === undefined) throw missing(step)
    return entry.value
  }
  if (Array.isArray(node) && typeof step === 'number') {
    if (step < 0 || step >= node.length) throw missing(step)
    return node[step]!
  }
  throw new PintleError('secrets.path', `there is no ${typeof step === 'number' ? 'list' : 'map'} for ${JSON.stringify(step)}`)
}
