import { dry, get, merge, post, remove, strategic } from './step.ts'
import type { Step } from './step.ts'

const D = '/apis/apps/v1/namespaces/default/deployments'
const W = `${D}/web`
const P = '/api/v1/namespaces/default/pods'
const S = '/api/v1/namespaces/default/services'
const C = '/api/v1/namespaces/default/configmaps'
const c = (more: object = {}) => ({ name: 'c', image: 'i', ...more })

/** Services, jobs and the smaller kinds; lists, selectors, discovery. */
export function otherKinds(): Step[] {
  const steps: Step[] = []
  // services
  steps.push(post('svc noport', S, { metadata: { name: 's' }, spec: {} }, dry))
  steps.push(post('svc badport', S, { metadata: { name: 's' }, spec: { ports: [{ port: 0 }, { port: 80 }, { port: 80 }] } }, dry))
  steps.push(post('svc type', S, { metadata: { name: 's' }, spec: { type: 'Foo', ports: [{ port: 1 }] } }, dry))
  steps.push(post('svc ext', S, { metadata: { name: 's' }, spec: { type: 'ExternalName' } }, dry))
  steps.push(post('svc ext2', S, { metadata: { name: 's' }, spec: { type: 'ExternalName', externalName: 'a.com' } }, dry))
  steps.push(post('svc headless', S, { metadata: { name: 's' }, spec: { clusterIP: 'None', ports: [{ port: 1 }], selector: { a: 'b' } } }, dry))
  steps.push(post('svc ip', S, { metadata: { name: 's' }, spec: { clusterIP: 'zzz', ports: [{ port: 1 }] } }, dry))
  steps.push(post('svc nodeport', S, { metadata: { name: 's' }, spec: { type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] } }, dry))
  steps.push(post('svc nodeport2', S, { metadata: { name: 's' }, spec: { type: 'ClusterIP', ports: [{ port: 1, nodePort: 30080 }] } }, dry))
  steps.push(post('svc lb', S, { metadata: { name: 's' }, spec: { type: 'LoadBalancer', ports: [{ port: 1, name: 'a' }, { port: 2, name: 'b', targetPort: 'x' }] } }, dry))
  steps.push(post('svc sess', S, { metadata: { name: 's' }, spec: { sessionAffinity: 'ClientIP', ports: [{ port: 1 }] } }, dry))
  steps.push(post('svc create', S, { metadata: { name: 's' }, spec: { ports: [{ port: 1 }], selector: { a: 'b' } } }))
  steps.push(merge('svc ip change', S + '/s', { spec: { clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] } }))
  steps.push(merge('svc ip none', S + '/s', { spec: { clusterIP: 'None' } }))
  steps.push(merge('svc to np', S + '/s', { spec: { type: 'NodePort' } }))
  steps.push(merge('svc to ci', S + '/s', { spec: { type: 'ClusterIP' } }))
  steps.push(merge('svc to ext', S + '/s', { spec: { type: 'ExternalName', externalName: 'x.com' } }))
  steps.push(strategic('svc smp ports', S + '/s', { spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 2, name: 'b' }, { port: 1, name: 'a' }] } }))
  steps.push(remove('svc del', S + '/s'))
  // jobs, sts, pvc, ingress ...
  const job = (spec: any = {}) => ({ metadata: { name: 'j' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [c()] } }, ...spec } })
  const J = '/apis/batch/v1/namespaces/default/jobs'
  steps.push(post('job rp', J, { metadata: { name: 'j' }, spec: { template: { spec: { containers: [c()] } } } }, dry))
  steps.push(post('job neg', J, job({ parallelism: -1, backoffLimit: -1, ttlSecondsAfterFinished: -1, activeDeadlineSeconds: -1, completions: -1 }), dry))
  steps.push(post('job sel', J, job({ selector: { matchLabels: { a: 'b' } } }), dry))
  steps.push(post('job create', J, job()))
  steps.push({ ...strategic('job image', J + '/j', { spec: { template: { spec: { containers: [{ name: 'c', image: 'zz' }] } } } }), except: /Invalid value/ })
  steps.push(merge('job completions', J + '/j', { spec: { completions: 5 } }))
  steps.push(merge('job parallelism', J + '/j', { spec: { parallelism: 5, backoffLimit: 3 } }))
  steps.push(remove('job del', J + '/j'))
  const V = '/api/v1/namespaces/default/persistentvolumeclaims'
  steps.push(post('pvc empty', V, { metadata: { name: 'v' }, spec: {} }, dry))
  steps.push(post('pvc bad', V, { metadata: { name: 'v' }, spec: { accessModes: ['X'], resources: { requests: { storage: '-1' } } } }, dry))
  steps.push(post('pvc create', V, { metadata: { name: 'v' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x', resources: { requests: { storage: '1Gi' } } } }))
  // The real text goes on with a diff of Go's internal structs.
  steps.push({ ...merge('pvc shrink', V + '/v', { spec: { resources: { requests: { storage: '2Gi' } } } }), agree: 'code' })
  steps.push({ ...merge('pvc modes', V + '/v', { spec: { accessModes: ['ReadWriteMany'] } }), except: /Invalid value|Forbidden/ })
  steps.push(remove('pvc del', V + '/v'))
  steps.push(merge('pvc fin', V + '/v', { metadata: { finalizers: null } }))
  const ST = '/apis/apps/v1/namespaces/default/statefulsets'
  const sts = (spec: any = {}) => ({ metadata: { name: 'st' }, spec: { serviceName: 'x', selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [c()] } }, ...spec } })
  steps.push(post('sts bad', ST, sts({ podManagementPolicy: 'X', updateStrategy: { type: 'Y' }, selector: { matchLabels: { q: 'q' } } }), dry))
  steps.push(post('sts create', ST, sts()))
  steps.push(merge('sts immut', ST + '/st', { spec: { serviceName: 'y', podManagementPolicy: 'Parallel' } }))
  steps.push(merge('sts sel', ST + '/st', { spec: { selector: { matchLabels: { z: 'z' } } } }))
  steps.push(merge('sts ok', ST + '/st', { spec: { replicas: 2, minReadySeconds: 1 } }))
  steps.push(remove('sts del', ST + '/st'))
  const I = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'
  steps.push(post('ing empty', I, { metadata: { name: 'i' }, spec: {} }, dry))
  steps.push(post('ing bad', I, { metadata: { name: 'i' }, spec: { rules: [{ host: 'BAD_', http: { paths: [{ path: 'x', backend: { service: { name: 'a' } } }, { path: '/', pathType: 'Foo', backend: {} }] } }] } }, dry))
  steps.push(post('ing ok', I, { metadata: { name: 'i' }, spec: { ingressClassName: 'x', tls: [{ hosts: ['a.com'], secretName: 's' }], rules: [{ host: 'a.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { name: 'http' } } } }] } }] } }, dry))
  const CJ = '/apis/batch/v1/namespaces/default/cronjobs'
  const cj = (spec: any = {}) => ({ metadata: { name: 'cj' }, spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [c()] } } } }, ...spec } })
  steps.push(post('cj ok', CJ, cj(), dry))
  steps.push(post('cj bad', CJ, cj({ schedule: 'nope', concurrencyPolicy: 'X', timeZone: 'Not/AZone' }), dry))
  steps.push(post('cj empty', CJ, cj({ schedule: '' }), dry))
  steps.push(post('pdb both', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { metadata: { name: 'x' }, spec: { minAvailable: 1, maxUnavailable: 1 } }, dry))
  steps.push(post('pdb neg', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { metadata: { name: 'x' }, spec: { minAvailable: -1 } }, dry))
  steps.push(post('hpa bad', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { metadata: { name: 'x' }, spec: { maxReplicas: 0, scaleTargetRef: {} } }, dry))
  steps.push(post('hpa min', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { metadata: { name: 'x' }, spec: { minReplicas: 5, maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } } }, dry))
  steps.push(post('hpa v1', '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', { metadata: { name: 'x' }, spec: { maxReplicas: 2, targetCPUUtilizationPercentage: 50, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } } }, dry))
  steps.push(post('rb bad', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', { metadata: { name: 'x' }, subjects: [{ kind: 'Foo', name: '' }], roleRef: { kind: 'X', name: '' } }, dry))
  steps.push(post('rb ok', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', { metadata: { name: 'x:y' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's', namespace: 'n' }], roleRef: { kind: 'Role', name: 'r' } }))
  steps.push(merge('rb immut', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/x:y', { roleRef: { name: 'z' } }))
  steps.push(remove('rb del', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/x:y'))
  steps.push(post('np', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', { metadata: { name: 'x' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }], egress: [{}] } }, dry))
  steps.push(post('sc', '/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'x' }, provisioner: 'y' }, dry))
  steps.push(post('rq', '/api/v1/namespaces/default/resourcequotas', { metadata: { name: 'x' }, spec: { hard: { cpu: '1000m', pods: '10' } } }, dry))
  steps.push(post('lr', '/api/v1/namespaces/default/limitranges', { metadata: { name: 'x' }, spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' } }] } }, dry))
  steps.push(post('lease', '/apis/coordination.k8s.io/v1/namespaces/default/leases', { metadata: { name: 'x' }, spec: { holderIdentity: 'a', renewTime: '2024-01-01T00:00:00.123456Z', leaseDurationSeconds: 10 } }, dry))
  steps.push(post('lease bad', '/apis/coordination.k8s.io/v1/namespaces/default/leases', { metadata: { name: 'x' }, spec: { leaseDurationSeconds: -1, renewTime: 'yesterday' } }, dry))
  steps.push(post('event', '/api/v1/namespaces/default/events', { metadata: { name: 'x' }, involvedObject: { kind: 'Pod', name: 'x', namespace: 'default' }, reason: 'r', message: 'm', type: 'Normal' }, dry))
  steps.push(post('pc', '/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: 'x' }, value: 10 }, dry))
  steps.push({ ...post('ns', '/api/v1/namespaces', { metadata: { generateName: 'gen-' } }, dry), except: /name/ })
  steps.push(post('pv', '/api/v1/persistentvolumes', { metadata: { name: 'x' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } }, dry))
  steps.push(post('pv bad', '/api/v1/persistentvolumes', { metadata: { name: 'x' }, spec: {} }, dry))
  // The owner of a review that is never stored is of no interest.
  steps.push({ ...post('sar', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }), except: /reason|managedFields/ })
  steps.push({ ...post('whoami', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}), except: /userInfo/ })
  for (let n = 0; n < 5; n++) steps.push(post(`make l${n}`, C, { metadata: { name: `l${n}`, labels: { n: String(n), list: 'x' } }, data: { n: String(n) } }))
  steps.push({ ...get('list', C, { labelSelector: 'list=x' }), except: /resourceVersion/ })
  for (const s of ['n in (1,2)', 'n notin (1,2),list', '!n,list', 'n!=1,list=x', 'list', 'n=1,n=2', 'a b', 'x in', 'n in (1,2', '=x', 'n==1', 'n>2,list', 'bad key=1', 'n=bad value']) steps.push({ ...get('sel ' + s, C, { labelSelector: s }), except: /resourceVersion/ })
  for (const s of ['metadata.name=l1', 'metadata.name!=l1,metadata.namespace=default', 'foo=bar', 'metadata.name', 'data.x=1']) steps.push({ ...get('fsel ' + s, C, { fieldSelector: s, labelSelector: 'list=x' }), except: /resourceVersion/ })
  steps.push({ ...get('fsel pod', P, { fieldSelector: 'status.phase=Running,spec.nodeName=' }), except: /resourceVersion/ })
  steps.push({ ...get('limit', C, { labelSelector: 'list=x', limit: '2' }), except: /resourceVersion|continue/ })
  // The real text quotes what the token decodes to.
  steps.push({ ...get('bad continue', C, { continue: 'zzz' }), agree: 'code' })
  steps.push({ ...get('list rv future', C, { resourceVersion: '99999999' }), except: /message|retryAfter|causes/ })
  steps.push(get('list bad rv', C, { resourceVersion: 'zzz' }))
  steps.push(get('list bad limit', C, { limit: 'zzz' }))
  steps.push({ ...remove('delcoll', C, { labelSelector: 'list=x' }), except: /resourceVersion/ })
  steps.push(get('404 path', '/apis/nope/v1/foos'))
  steps.push(get('404 path2', '/apis/apps/v1/namespaces/default/foos'))
  steps.push(get('404 path3', '/apis/apps/v2'))
  steps.push(get('404 sub', W + '/foo'))
  steps.push({ title: '405', method: 'PUT', path: C })
  steps.push({ title: '405b', method: 'POST', path: '/api/v1/componentstatuses', body: {} })
  steps.push({ title: '405c', method: 'DELETE', path: '/api/v1/namespaces' })
  steps.push({ ...get('version', '/version'), except: /git|build|go|compiler|platform/ })
  steps.push({ ...get('api', '/api'), except: /serverAddress/ })
  steps.push(get('apis', '/apis'))
  steps.push(get('group', '/apis/apps'))
  for (const gv of ['/api/v1', '/apis/apps/v1', '/apis/batch/v1', '/apis/autoscaling/v1', '/apis/autoscaling/v2', '/apis/policy/v1', '/apis/networking.k8s.io/v1', '/apis/events.k8s.io/v1', '/apis/authentication.k8s.io/v1', '/apis/resource.k8s.io/v1', '/apis/storage.k8s.io/v1', '/apis/rbac.authorization.k8s.io/v1']) steps.push({ ...get('rl ' + gv, gv), except: /storageVersionHash/ })
  const agg = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  steps.push(get('agg api', '/api', {}, { accept: agg }))
  steps.push(get('agg apis', '/apis', {}, { accept: agg }))
  return steps
}
