import type { Value } from '../../../language/go/index.ts'
import type { BackendMaker } from '../backend.ts'

/** `ref+echo://a/b`: the path itself; with a fragment, as maps in maps around the last step. Upstream: pkg/providers/echo. */
export const echo: BackendMaker = () => ({
  text: async (path) => path.replace(/\/+$/, ''),
  async map(path) {
    const keys = path.split('/')
    if (keys.length < 2) throw new Error(`key must have two or more components separated by "/": got ${JSON.stringify(path)}`)
    let value: Value = keys.pop()!
    for (const key of keys.reverse()) value = new Map([[key, value]])
    return value as Map<string, Value>
  },
})
