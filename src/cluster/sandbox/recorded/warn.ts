import { apply, dry, merge, post } from './step.ts'
import type { Step } from './step.ts'

const D = '/apis/apps/v1/namespaces/default/deployments'
const deployment = (spec: object, metadata: object = {}, name = 'web') => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' }, ...metadata }, spec } },
})
const c = (more: object = {}) => ({ name: 'c', image: 'i', ...more })
const twice = { containers: [c({ env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }, { name: 'B', value: 'x' }, { name: 'B', value: '$(B)y' }] })] }

/** What is stored with a warning. */
export function warned(): Step[] {
  return [
    post('env', D, deployment(twice), dry),
    post('ports', D, deployment({ containers: [c({ ports: [{ containerPort: 80, name: 'a' }, { containerPort: 80, name: 'b' }] }), { ...c({ ports: [{ containerPort: 81, name: 'a' }] }), name: 'd' }] }), dry),
    post('selectors and aliases', D, deployment({
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' }, imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}], hostAliases: [{ ip: '1.2.3.4' }, { ip: '1.2.3.4' }],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'x', whenUnsatisfiable: 'DoNotSchedule' }], containers: [c({ resources: { limits: { memory: '100m' } } })],
    }, { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' } }), dry),
    post('external addresses', '/api/v1/namespaces/default/services', { metadata: { name: 's' }, spec: { externalIPs: ['1.2.3.4'], ports: [{ port: 80 }], trafficDistribution: 'PreferClose' } }, dry),
    post('headless', '/api/v1/namespaces/default/services', { metadata: { name: 's' }, spec: { clusterIP: 'None', sessionAffinity: 'ClientIP', loadBalancerIP: '1.2.3.4', ports: [{ port: 80 }] } }, dry),
    post('ingress class', '/apis/networking.k8s.io/v1/namespaces/default/ingresses', { metadata: { name: 's', annotations: { 'kubernetes.io/ingress.class': 'x' } }, spec: { rules: [{ host: 'a.b' }] } }, dry),
    post('pod', '/api/v1/namespaces/default/pods', { metadata: { name: 's' }, spec: twice }, dry),
    post('create', D, deployment(twice)),
    merge('a label warns no more', `${D}/web`, { metadata: { labels: { a: 'b' } } }),
    merge('a change of the spec does', `${D}/web`, { spec: { replicas: 2 } }),
    apply('apply', `${D}/x`, deployment({ containers: [c({ ports: [{ containerPort: 80, name: 'a' }, { containerPort: 80, name: 'b', protocol: 'UDP' }] })] }, {}, 'x'), 'h'),
  ]
}
