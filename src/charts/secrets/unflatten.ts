import { PintleError } from '../../errors/index.ts'

/** More items than any list of keys has. */
const maxItems = 1000

/**
 * The tree that flat names stand for: `age__list_0__map_enc`. Upstream: stores/flatten.go.
 * @throws PintleError secrets.format for names that contradict each other
 */
export function unflatten(flat: ReadonlyMap<string, string>): unknown {
  const root = new Map<string, unknown>()
  for (const [name, value] of flat) {
    const steps = name.split(/(?=__(?:map|list)_)/).map((step) => step.replace(/^__map_/, '').replace(/^__list_/, '#'))
    let map = root
    for (const step of steps.slice(0, -1)) {
      const next = map.get(step) ?? new Map<string, unknown>()
      if (!(next instanceof Map)) throw new PintleError('secrets.format', `sops_${name} contradicts another entry`)
      map.set(step, next)
      map = next as Map<string, unknown>
    }
    map.set(steps.at(-1)!, value)
  }
  return plain(root)
}

function plain(node: unknown): unknown {
  if (!(node instanceof Map)) return node
  const keys = [...node.keys()] as string[]
  if (keys.length === 0 || !keys.every((k) => /^#\d+$/.test(k))) return Object.fromEntries(keys.map((k) => [k, plain(node.get(k))]))
  if (keys.length > maxItems) throw new PintleError('secrets.format', `a list of more than ${maxItems} items`)
  return keys.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))).map((k) => plain(node.get(k)))
}
