import { PintleError } from '../../errors/index.ts'

/**
 * The order in which releases go: each after what it needs, else as they are named.
 * @throws PintleError plan.order for a circle or a name that is not there
 */
export function inOrder<T extends { readonly name: string; readonly needs: readonly string[] }>(items: readonly T[]): T[] {
  const byName = new Map(items.map((item) => [item.name, item]))
  const out: T[] = []
  const done = new Set<string>()
  const visit = (item: T, path: readonly string[]): void => {
    if (done.has(item.name)) return
    if (path.includes(item.name)) throw new PintleError('plan.order', `services need each other in a circle: ${[...path.slice(path.indexOf(item.name)), item.name].join(' -> ')}`, { hint: 'Take one of these needs out of pintle.yaml.' })
    for (const need of item.needs) {
      const needed = byName.get(need)
      if (needed === undefined) throw new PintleError('plan.order', `${item.name} needs ${need}, which is not there`, { hint: `there are: ${[...byName.keys()].join(', ')}` })
      visit(needed, [...path, item.name])
    }
    done.add(item.name)
    out.push(item)
  }
  for (const item of items) visit(item, [])
  return out
}
