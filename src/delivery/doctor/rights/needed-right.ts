/** One right that an operation needs, and what for. */
export interface NeededRight {
  readonly verb: string
  /** '' is the core group. */
  readonly group: string
  /** Plural, with the subresource: `pods/log`. */
  readonly resource: string
  /** '' is cluster-wide. */
  readonly namespace: string
  /** Only the object of this name. */
  readonly name?: string
  /** For people: `apply and remove it`. */
  readonly why: string
  /** Without it the operation goes on and says less, or guards less. */
  readonly optional?: boolean
}

/** What Pintle does to a release. */
export const operations = ['install', 'upgrade', 'rollback', 'uninstall', 'test', 'status', 'diff'] as const
export type Operation = (typeof operations)[number]

/** Each right once, without those that others of them include; one that is needed by anything is not optional. */
export function distinct(rights: readonly NeededRight[]): NeededRight[] {
  const found = new Map<string, NeededRight>()
  for (const right of rights) {
    const key = [right.verb, right.group, right.resource, right.namespace, right.name ?? ''].join(' ')
    const known = found.get(key)
    if (known === undefined || (known.optional === true && right.optional !== true)) found.set(key, right)
  }
  const all = [...found.values()]
  const wide = all.filter((r) => r.namespace === '' || r.name === undefined)
  return all.filter((right) => !wide.some((w) => w !== right && includes(w, right)))
}

/** Whether who holds the first holds the second, and needs it no less. */
function includes(wide: NeededRight, right: NeededRight): boolean {
  const one = (a: string, b: string): boolean => a === b || a === '*'
  return one(wide.verb, right.verb) && one(wide.group, right.group) && one(wide.resource, right.resource) &&
    (wide.namespace === '' || wide.namespace === right.namespace) && (wide.name === undefined || wide.name === right.name) && (wide.optional !== true || right.optional === true)
}
