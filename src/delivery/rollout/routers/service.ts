import type { Parts } from '../parts.ts'
import { markedSelector } from '../copies.ts'
import { requireOwnConfig } from '../slots.ts'
import { refused } from '../refused.ts'
import { meantRoutes, requireRoutes, splitPods } from './router.ts'
import type { Router, RouterView } from './router.ts'

/** Blue-green: the Services of the old version come to select the new one, all at once. */
export const serviceRouter: Router = {
  kind: 'service',
  by: 'route',
  only: [0, 100],
  plan(weight, full, spec) {
    // The new version is complete before it gets anything: a preview is looked at as what it will be.
    return { achieved: weight >= 50 ? 100 : 0, ...splitPods(100, full, spec) }
  },
  check(parts) {
    if (parts.spec.header !== undefined) throw refused('the router service cannot send requests by a header: a Service knows none', 'Leave `header` out; the preview Service shows the new version.')
    requireRoutes(this.routes(parts.stable, parts), parts, 'Service')
    if (parts.workload.slot !== undefined) requireOwnConfig(parts.workload)
  },
  route(manifest, parts, weight) {
    if (weight < 50) return manifest
    let out = manifest
    for (const name of this.routes(manifest, parts)) {
      // The new pods may listen elsewhere: what they are sent is what the new revision says.
      const service = parts.target.find(name) ?? manifest.find(name)!
      out = out.with({ ...service, spec: { ...service.spec, selector: markedSelector(parts.target.find(name)?.spec?.selector ?? service.spec.selector, parts.marks) } })
    }
    return out
  },
  routes: (manifest, { workload, spec }) => meantRoutes(workload.services.filter((s) => manifest.find(s) !== undefined), spec.route),
  async settled(view, weight) {
    for (const { name, selector } of await selectors(view)) {
      if (selector === undefined) return { settled: false, why: `Service ${name} is gone` }
      if (isFlipped(selector, view.parts) !== weight >= 50) return { settled: false, why: `Service ${name} selects the ${weight >= 50 ? 'old' : 'new'} version still` }
    }
    return { settled: true }
  },
  async read(view) {
    return (await selectors(view)).some(({ selector }) => isFlipped(selector, view.parts)) ? 100 : 0
  },
}

async function selectors({ cluster, parts, manifest, signal }: RouterView): Promise<{ name: string; selector: Record<string, string> | undefined }[]> {
  return await Promise.all(serviceRouter.routes(manifest, parts).map(async (name) => {
    const live = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: name.namespace, name: name.name }, { ...(signal && { signal }) })
    return { name: name.name, selector: live === undefined ? undefined : (live.spec?.selector ?? {}) as Record<string, string> }
  }))
}

const isFlipped = (selector: Record<string, string> | undefined, { marks }: Parts): boolean => Object.entries(marks.changed).some(([key, value]) => selector?.[key] === value)
