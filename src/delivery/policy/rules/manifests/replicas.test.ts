import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './replicas.ts'

const web = (spec: string, kind = 'Deployment') => workload('{ containers: [] }', { spec, kind })
const scaler = (min: string) => `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { scaleTargetRef: { kind: Deployment, name: web }, ${min} maxReplicas: 9 }\n`
const keda = (min: string) => `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web }\nspec: { scaleTargetRef: { name: web }${min} }\n`

ruleSuite(rule, {
  fires: {
    'the default of one': [manifests(web('paused: false')), 'Deployment/web: 1 replica'],
    'two of a StatefulSet': [manifests(web('replicas: 2', 'StatefulSet')), 'StatefulSet/web: 2 replicas'],
    'an autoscaler without a least': [manifests(`${web('replicas: 5')}---\n${scaler('')}`), 'HorizontalPodAutoscaler/web may scale it down to 1'],
    'KEDA': [manifests(`${web('replicas: 5')}---\n${keda('')}`), 'ScaledObject/web may scale it down to 0'],
  },
  passes: {
    'three': manifests(web('replicas: 3')),
    'an autoscaler with three': manifests(`${web('paused: false')}---\n${scaler('minReplicas: 3,')}`),
    'KEDA with three': manifests(`${web('paused: false')}---\n${keda(', minReplicaCount: 3')}`),
    'scaled to nothing on purpose': manifests(web('replicas: 0')),
    'a DaemonSet': manifests(web('minReadySeconds: 1', 'DaemonSet')),
  },
})
