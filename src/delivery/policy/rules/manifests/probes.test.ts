import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './probes.ts'

const probe = 'readinessProbe: { tcpSocket: { port: 80 } }'
const service = (port: string, selector = '{ app: web }') => `---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: ${selector}, ports: [{ ${port} }] }\n`
const web = (containers: string, more = '', kind = 'Deployment') => manifests(workload(`{ containers: ${containers} }`, { kind, labels: '{ app: web, tier: front }' }) + more)

ruleSuite(rule, {
  fires: {
    'a Service by number': [web('[{ name: app, ports: [{ containerPort: 80 }], livenessProbe: {} }]', service('port: 80')), 'Deployment/web: container app serves and has no readinessProbe'],
    'a Service by name': [web('[{ name: app, ports: [{ containerPort: 8080, name: http }] }]', service('port: 80, targetPort: http'), 'StatefulSet'), 'StatefulSet/web: container app'],
    'a port of the node': [web('[{ name: app, ports: [{ containerPort: 80, hostPort: 80 }] }]', '', 'DaemonSet'), 'DaemonSet/web: container app'],
    'one container of two': [web(`[{ name: app, ports: [{ containerPort: 80 }], ${probe} }, { name: side, ports: [{ containerPort: 81 }] }]`, service('port: 80') + service('port: 81')), 'container side'],
    'a sidecar': [manifests(workload('{ initContainers: [{ name: proxy, restartPolicy: Always, ports: [{ containerPort: 80 }] }], containers: [{ name: app }] }', { labels: '{ app: web }' }) + service('port: 80')), 'container proxy'],
  },
  passes: {
    'a probe': web(`[{ name: app, ports: [{ containerPort: 80 }], ${probe} }]`, service('port: 80')),
    'nobody connects': web('[{ name: app, ports: [{ containerPort: 80 }] }]'),
    'the Service leads to others': web('[{ name: app, ports: [{ containerPort: 80 }] }]', service('port: 80', '{ app: api }')),
    'the Service has no selector': web('[{ name: app, ports: [{ containerPort: 80 }] }]', service('port: 80', '{}')),
    'a container the Service does not lead to': web(`[{ name: app, ports: [{ containerPort: 80 }], ${probe} }, { name: metrics, ports: [{ containerPort: 9090 }] }]`, service('port: 80')),
    'a job': manifests('apiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\nspec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, ports: [{ containerPort: 80 }] }] } } }\n' + service('port: 80')),
  },
})
