import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './disruption-budget.ts'

const web = (spec: string) => workload('{ containers: [] }', { spec, labels: '{ app: web, tier: front }' })
const budget = (spec: string, selector = '{ matchLabels: { app: web } }') => `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web }\nspec: { selector: ${selector}, ${spec} }\n`
const scaler = 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 5 }\n'

ruleSuite(rule, {
  fires: {
    'three replicas, no budget': [manifests(web('replicas: 3')), 'Deployment/web: it has several replicas and no PodDisruptionBudget'],
    'an autoscaler, no budget': [manifests(`${web('paused: false')}---\n${scaler}`), 'no PodDisruptionBudget'],
    'a budget for others': [manifests(`${web('replicas: 3')}---\n${budget('maxUnavailable: 1', '{ matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }')}`), 'no PodDisruptionBudget'],
    'one that lets nobody go': [manifests(`${web('replicas: 3')}---\n${budget('minAvailable: 100%')}`), 'PodDisruptionBudget/web never lets one of its pods go'],
    'one replica that must be there': [manifests(`${web('replicas: 1')}---\n${budget('minAvailable: 1')}`), 'never lets one'],
    'maxUnavailable 0': [manifests(`${web('replicas: 3')}---\n${budget('maxUnavailable: 0')}`), 'never lets one'],
  },
  passes: {
    'a budget': manifests(`${web('replicas: 3')}---\n${budget('maxUnavailable: 1')}`),
    'a percentage, rounded up': manifests(`${web('replicas: 3')}---\n${budget('maxUnavailable: 1%')}`),
    'expressions': manifests(`${web('replicas: 3')}---\n${budget('minAvailable: 2', '{ matchExpressions: [{ key: tier, operator: Exists }, { key: app, operator: In, values: [web, api] }, { key: canary, operator: DoesNotExist }] }')}`),
    'one replica, no budget': manifests(web('replicas: 1')),
    'a budget that is only tight at the least of the autoscaler': manifests(`${web('paused: false')}---\n${scaler}---\n${budget('minAvailable: 2')}`),
    'scaled to nothing': manifests(`${web('replicas: 0')}---\n${budget('minAvailable: 1')}`),
  },
})
