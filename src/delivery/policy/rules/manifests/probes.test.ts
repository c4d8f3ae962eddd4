import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './probes.ts'

const deployment = (containers: string, kind = 'Deployment'): string => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: web }\nspec: { template: { spec: { containers: ${containers} } } }\n`

ruleSuite(rule, {
  fires: {
    'a port and no probe': [manifests(deployment('[{ name: app, ports: [{ containerPort: 80 }] }]')), 'Deployment/web: container app has ports and no readinessProbe'],
    'one container of two': [manifests(deployment('[{ name: app, ports: [{ containerPort: 80 }], readinessProbe: { tcpSocket: { port: 80 } } }, { name: side, ports: [{ containerPort: 81 }], livenessProbe: {} }]')), 'container side'],
    'no port and no probe at all': [manifests(deployment('[{ name: app }]', 'StatefulSet')), 'StatefulSet/web: no container has a probe'],
  },
  passes: {
    'a probe': manifests(deployment('[{ name: app, ports: [{ containerPort: 80 }], readinessProbe: { tcpSocket: { port: 80 } } }]')),
    'no ports, and a liveness probe': manifests(deployment('[{ name: app, livenessProbe: { exec: { command: ["true"] } } }]')),
    'a helper without ports': manifests(deployment('[{ name: app, ports: [{ containerPort: 80 }], readinessProbe: { tcpSocket: { port: 80 } } }, { name: reloader }]')),
    'a job': manifests('apiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\nspec: { template: { spec: { containers: [{ name: app, ports: [{ containerPort: 80 }] }] } } }\n'),
  },
})
