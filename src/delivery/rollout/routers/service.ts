import { equalJson } from '../../../cluster/kube/index.ts'
import { markedSelector } from '../copies.ts'
import type { Manifest, Name } from '../manifest.ts'
import { refused } from '../workload.ts'
import { endpointsOf } from './endpoints.ts'
import { splitPods } from './router.ts'
import type { Parts, Router } from './router.ts'

/** Blue-green: the Services of the old version come to select the new one, all at once. */
export const serviceRouter: Router = {
  kind: 'service',
  by: 'route',
  only: [0, 100],
  plan(weight, full, spec) {
    // The new version is complete before it gets anything: a preview is looked at as what it will be.
    return { achieved: weight >= 50 ? 100 : 0, ...splitPods(100, full, spec) }
  },
  check({ workload, spec, stable }) {
    if (spec.header !== undefined) throw refused('the router service cannot send requests by a header: a Service knows none', 'Leave `header` out; the preview Service shows the new version.')
    if (workload.services.length === 0) throw refused(`no Service selects the pods of Deployment ${workload.name.name}: there is no traffic to be moved`)
    if (spec.route !== undefined && flipped(stable, workload.services, spec.route).length === 0) throw refused(`no ${spec.route} of the release selects the pods of Deployment ${workload.name.name}`, `There is: ${workload.services.map((s) => `Service/${s.name}`).join(', ')}.`)
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
  routes: (manifest, { workload, spec }) => flipped(manifest, workload.services, spec.route),
  async settled(view, weight) {
    const { cluster, parts, signal } = view
    for (const name of this.routes(parts.stable, parts)) {
      const live = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: name.namespace, name: name.name }, { ...(signal && { signal }) })
      if (live === undefined) return { settled: false, why: `Service ${name.name} is gone` }
      if (isFlipped(live.spec?.selector, parts) !== weight >= 50) return { settled: false, why: `Service ${name.name} selects the ${weight >= 50 ? 'old' : 'new'} version still` }
      const { behind, ready } = await endpointsOf(cluster, name, { ...(signal && { signal }) })
      if (behind.size < parts.full || !equalJson([...behind].sort(), ready.map((p) => p.metadata.name).sort())) return { settled: false, why: `Service ${name.name} has ${behind.size} of ${Math.max(parts.full, ready.length)} pods behind it` }
    }
    return { settled: true }
  },
  async read({ cluster, parts, signal }) {
    for (const name of this.routes(parts.stable, parts)) {
      const live = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: name.namespace, name: name.name }, { ...(signal && { signal }) })
      if (isFlipped(live?.spec?.selector, parts)) return 100
    }
    return 0
  },
}

const isFlipped = (selector: Record<string, string> | undefined, { marks }: Parts): boolean => Object.entries(marks.changed).some(([key, value]) => selector?.[key] === value)

function flipped(manifest: Manifest, services: readonly Name[], route: string | undefined): readonly Name[] {
  return services.filter((s) => manifest.find(s) !== undefined && (route === undefined || route === s.name || route.toLowerCase() === `service/${s.name}`.toLowerCase()))
}
