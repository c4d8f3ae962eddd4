import { equal, isEmptyValue } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { invalid, invalidValue } from '../status.ts'
import type { KindContext } from './strategy.ts'

/** Fills in what the service registry allocates: cluster IPs, IP families, node ports (pkg/registry/core/service/storage/alloc.go). */
export function prepareService(o: JsonMap, context: KindContext): void {
  o.status = { loadBalancer: {} }
  allocate(o, undefined, context)
}

/** Keeps what was allocated when an update leaves it out. */
export function updateService(o: JsonMap, old: JsonMap, context: KindContext): void {
  const spec = o.spec as JsonMap
  const before = old.spec as JsonMap
  const needsIp = (s: JsonMap): boolean => s.type !== 'ExternalName'
  if (needsIp(before) && needsIp(spec)) {
    if (!spec.clusterIP && !(spec.clusterIPs?.length > 0)) { spec.clusterIP = before.clusterIP; spec.clusterIPs = before.clusterIPs }
    if (spec.clusterIP && !(spec.clusterIPs?.length > 0)) spec.clusterIPs = [spec.clusterIP]
    // A change of the one address alone stands for a change of the list.
    if (spec.clusterIP !== before.clusterIP && equal(spec.clusterIPs, before.clusterIPs)) spec.clusterIPs = [spec.clusterIP]
    spec.ipFamilies ??= before.ipFamilies
    spec.ipFamilyPolicy ??= before.ipFamilyPolicy
  }
  if (!needsIp(spec)) for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']) if (needsIp(before)) delete spec[key]
  const wantsPorts = (s: JsonMap): boolean => s.type === 'NodePort' || s.type === 'LoadBalancer'
  if (!wantsPorts(spec) && wantsPorts(before)) for (const p of (spec.ports ?? []) as JsonMap[]) { delete p.nodePort; delete spec.externalTrafficPolicy; delete spec.allocateLoadBalancerNodePorts }
  allocate(o, before, context)
}

function allocate(o: JsonMap, before: JsonMap | undefined, context: KindContext): void {
  const spec = o.spec as JsonMap
  if (spec.type === 'ExternalName') return
  if (!spec.clusterIP) spec.clusterIP = spec.clusterIPs?.[0] ?? context.allocateIp()
  if (!(spec.clusterIPs?.length > 0)) spec.clusterIPs = [spec.clusterIP]
  // A headless service without a selector may have endpoints of any family.
  const open = spec.clusterIP === 'None' && isEmptyValue(spec.selector)
  spec.ipFamilies ??= open ? ['IPv4', 'IPv6'] : ['IPv4']
  spec.ipFamilyPolicy ??= open ? 'RequireDualStack' : 'SingleStack'
  if (spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)) {
    for (const [i, p] of ((spec.ports ?? []) as JsonMap[]).entries()) {
      if (p.nodePort) {
        // The range is the allocator's business, which a dry run leaves alone.
        if (!context.dryRun && (p.nodePort < 30_000 || p.nodePort > 32_767)) {
          throw invalid('', 'Service', o.metadata.name as string, [invalidValue(`spec.ports[${i}].nodePort`, p.nodePort, 'provided port is not in the valid range. The range of valid ports is 30000-32767')])
        }
        continue
      }
      const same = ((before?.ports ?? []) as JsonMap[]).find((b) => b.nodePort && b.port === p.port && b.protocol === p.protocol)
      p.nodePort = same?.nodePort ?? context.allocateNodePort()
    }
  }
}
