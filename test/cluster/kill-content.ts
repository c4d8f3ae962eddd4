import type { RenderedHook } from '../../src/cluster/release/index.ts'
import { configMap, deployment, hook, job } from './release-fixtures.ts'

/** Revision content in which every object tells which revision it is of, and each revision has one object of its own. */
export function killContent(n: number): { objects: unknown[]; hooks: RenderedHook[] } {
  const maps = Array.from({ length: 12 }, (_, i) => configMap(`c${i}`, { n: String(n) }))
  return { objects: [...maps, configMap(`own-${n}`), deployment('app', `example.com/app:${n}`)], hooks: [hook(job('migrate'), ['pre-upgrade'])] }
}
