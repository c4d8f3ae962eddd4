import { dry, post } from './step.ts'
import type { Step } from './step.ts'

const D = '/apis/apps/v1/namespaces/default/deployments'
const P = '/api/v1/namespaces/default/pods'
const S = '/api/v1/namespaces/default/services'
const C = '/api/v1/namespaces/default/configmaps'
const pod = (spec: object, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec })
const c = (more: object = {}) => ({ name: 'c', image: 'i', ...more })
const deployment = (metadata: object = {}, spec: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', ...metadata },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }, ...spec },
})

/** What is refused when objects are made, and what is filled in. */
export function creation(): Step[] {
  const steps: Step[] = []
  // names
  for (const name of ['Bad_Name', 'a.b', '-x', 'a'.repeat(254), 'x'.repeat(64), '']) {
    steps.push(post('pod name', P, pod({ containers: [c()] }, { name }), dry))
    steps.push(post('svc name', S, { metadata: { name }, spec: { ports: [{ port: 80 }] } }, dry))
    steps.push(post('ns name', '/api/v1/namespaces', { metadata: { name } }, dry))
    steps.push(post('deploy name', D, deployment({ name }), dry))
    steps.push(post('cronjob name', '/apis/batch/v1/namespaces/default/cronjobs', { metadata: { name }, spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [c()] } } } } } }, dry))
  }
  steps.push(post('labels', C, { metadata: { name: 'c', labels: { 'bad key': 'x', ok: 'bad value!', 'a/b/c': 'x', '/x': 'y', 'UP.com/x': '1' }, annotations: { 'bad key': 'v' } } }, dry))
  steps.push(post('finalizers', C, { metadata: { name: 'c', finalizers: ['bad', 'ok.com/x', 'b b'] } }, dry))
  steps.push(post('owner', C, { metadata: { name: 'c', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: '' }] } }, dry))
  steps.push(post('data key', C, { metadata: { name: 'c' }, data: { 'bad key': 'x', '..': 'y' } }, dry))
  steps.push(post('secret type', '/api/v1/namespaces/default/secrets', { metadata: { name: 'c' }, type: 'kubernetes.io/tls', data: {} }, dry))
  steps.push(post('secret b64', '/api/v1/namespaces/default/secrets', { metadata: { name: 'c' }, data: { a: '%%%' } }, dry))
  steps.push(post('dockercfg', '/api/v1/namespaces/default/secrets', { metadata: { name: 'c' }, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } }, dry))
  // kinds
  steps.push(post('wrong kind', D, { apiVersion: 'apps/v1', kind: 'Foo', metadata: { name: 'x' } }))
  steps.push(post('wrong version', D, { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'x' } }))
  steps.push(post('wrong ns', D, deployment({ namespace: 'other' })))
  steps.push(post('no ns', '/apis/apps/v1/namespaces/nope/deployments', deployment()))
  steps.push(post('no kind', D, { metadata: { name: 'x' } }))
  steps.push({ title: 'not json', method: 'POST', path: D, body: '{nope' })
  steps.push({ title: 'empty', method: 'POST', path: D, body: '' })
  steps.push({ title: 'array', method: 'POST', path: D, body: '[]' })
  steps.push(post('rv on create', C, { metadata: { name: 'c', resourceVersion: '5' } }))
  steps.push(post('type err', D, deployment({}, { replicas: 'three' })))
  steps.push(post('type err2', D, deployment({}, { replicas: 1.5 })))
  steps.push(post('type err3', D, { ...deployment(), spec: { selector: [], template: { spec: { containers: {} } } } }))
  steps.push(post('type err4', P, pod({ containers: [{ name: 1, image: 'x', ports: [{ containerPort: '80' }] }] })))
  steps.push(post('type err5', P, pod({ containers: [c({ resources: { limits: { cpu: 'abc' } } })] })))
  steps.push(post('type err6', P, pod({ containers: [c({ env: [{ name: 'A', value: 1 }] })] })))
  steps.push(post('type err7', P, pod({ hostNetwork: 'yes', containers: [c()] })))
  steps.push(post('type err8', C, { metadata: { name: 'c' }, data: { a: 1 } }))
  steps.push(post('type err9', C, { metadata: { name: 'c', labels: { a: true } } }))
  steps.push(post('quantity ""', P, pod({ containers: [c({ resources: { limits: { cpu: '' } } })] }), dry))
  steps.push(post('unknown strict', D, { ...deployment(), spec: { ...deployment().spec, foo: 1, template: { ...deployment().spec.template, spec: { containers: [{ name: 'x', image: 'y', bar: 2, env: [{ name: 'a', vlaue: 'b' }] }] } } } }, { fieldValidation: 'Strict', dryRun: 'All' }))
  steps.push(post('unknown ignore', D, { ...deployment(), bogus: 1 }, { fieldValidation: 'Ignore', dryRun: 'All' }))
  steps.push(post('bad validation', D, deployment(), { fieldValidation: 'Nope' }))
  steps.push(post('bad dryrun', D, deployment(), { dryRun: 'Some' }))
  steps.push({ title: 'dup field', method: 'POST', path: C, query: { fieldValidation: 'Strict', dryRun: 'All' }, body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1","a":"2"},"data":{"b":"1"}}' })
  // pods
  steps.push(post('no containers', P, pod({}), dry))
  steps.push(post('no image', P, pod({ containers: [{ name: 'c' }] }), dry))
  steps.push(post('no cname', P, pod({ containers: [{ image: 'c' }] }), dry))
  steps.push(post('dup cname', P, pod({ containers: [c(), c()] }), dry))
  steps.push(post('bad cname', P, pod({ containers: [c({ name: 'Bad_' })] }), dry))
  steps.push(post('bad pull', P, pod({ containers: [c({ imagePullPolicy: 'Sometimes' })] }), dry))
  steps.push(post('bad restart', P, pod({ restartPolicy: 'Maybe', containers: [c()] }), dry))
  steps.push(post('bad dns', P, pod({ dnsPolicy: 'Maybe', containers: [c()] }), dry))
  steps.push(post('mount missing', P, pod({ containers: [c({ volumeMounts: [{ name: 'v', mountPath: '/x' }] })] }), dry))
  steps.push(post('mount nopath', P, pod({ volumes: [{ name: 'v' }], containers: [c({ volumeMounts: [{ name: 'v' }] })] }), dry))
  steps.push(post('dup mount', P, pod({ volumes: [{ name: 'v' }], containers: [c({ volumeMounts: [{ name: 'v', mountPath: '/a' }, { name: 'v', mountPath: '/a' }] })] }), dry))
  steps.push(post('dup volume', P, pod({ volumes: [{ name: 'v' }, { name: 'v' }], containers: [c()] }), dry))
  steps.push(post('two sources', P, pod({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }], containers: [c()] }), dry))
  steps.push(post('bad port', P, pod({ containers: [c({ ports: [{ containerPort: 0 }, { containerPort: 99999 }, { containerPort: 80, protocol: 'X' }, { containerPort: 81, name: 'TOO_LONG_NAME_FOR_PORT' }] })] }), dry))
  steps.push(post('dup port', P, pod({ containers: [c({ ports: [{ containerPort: 80, name: 'a' }, { containerPort: 81, name: 'a' }] })] }), dry))
  steps.push(post('env', P, pod({ containers: [c({ env: [{ value: 'x' }, { name: '1=', value: 'y' }, { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'B', valueFrom: {} }, { name: 'C', valueFrom: { configMapKeyRef: { name: 'x' } } }] })] }), dry))
  steps.push(post('req>limit', P, pod({ containers: [c({ resources: { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '1', memory: '1Gi' } } })] }), dry))
  steps.push(post('bad resource', P, pod({ containers: [c({ resources: { requests: { 'bad name': '2', foo: '1' } } })] }), dry))
  steps.push(post('neg resource', P, pod({ containers: [c({ resources: { requests: { cpu: '-1' } } })] }), dry))
  steps.push(post('probe', P, pod({ containers: [c({ livenessProbe: {}, readinessProbe: { httpGet: { path: '/' }, exec: { command: [] }, failureThreshold: -1 } })] }), dry))
  steps.push(post('probe2', P, pod({ containers: [c({ livenessProbe: { httpGet: { port: 0 }, successThreshold: 2 }, startupProbe: { tcpSocket: { port: 'x_y' } } })] }), dry))
  steps.push(post('no sa', P, pod({ serviceAccountName: 'nope', containers: [c()] })))
  steps.push(post('no prio', P, pod({ priorityClassName: 'nope', containers: [c()] })))
  steps.push(post('toleration', P, pod({ tolerations: [{ key: 'a', operator: 'X' }, { operator: 'Equal', value: 'x' }], containers: [c()] }), dry))
  steps.push(post('nodesel', P, pod({ nodeSelector: { 'bad key': 'x' }, containers: [c()] }), dry))
  steps.push(post('secctx', P, pod({ securityContext: { runAsUser: -1 }, containers: [c({ securityContext: { privileged: true, allowPrivilegeEscalation: false } })] }), dry))
  steps.push(post('init', P, pod({ initContainers: [{ name: 'c', image: '' }], containers: [c()] }), dry))
  steps.push(post('hostport', P, pod({ hostNetwork: true, containers: [c({ ports: [{ containerPort: 80, hostPort: 81 }] })] }), dry))
  steps.push(post('cm vol', P, pod({ volumes: [{ name: 'a', configMap: {} }, { name: 'b', secret: {} }, { name: 'c', persistentVolumeClaim: { claimName: '' } }, { name: 'd', hostPath: {} }], containers: [c()] }), dry))
  steps.push(post('many vols', P, pod({ volumes: [{ name: 'a', configMap: { name: 'x', items: [{ key: 'k' }] } }, { name: 'b', projected: { sources: [{ secret: { name: 's' } }, { serviceAccountToken: { path: 't' } }] } }, { name: 'e', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.labels' } }] } }], containers: [c({ lifecycle: { preStop: { exec: { command: ['x'] } } }, securityContext: { runAsUser: 0 }, resources: { limits: { cpu: '0.5', memory: '1024Mi' } }, livenessProbe: { httpGet: { port: 'http' } }, readinessProbe: { tcpSocket: { port: 80 } }, startupProbe: { exec: { command: ['a'] } } })] }), dry))
  return steps
}
