import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rolling-update.ts'

const web = (spec: string, kind = 'Deployment') => manifests(workload('{ containers: [] }', { spec, kind }))

ruleSuite(rule, {
  fires: {
    'the defaults at four': [web('replicas: 4'), 'of 4 pods 1 may be missing during a rollout (maxUnavailable 25% by default'],
    'Recreate': [web('replicas: 3, strategy: { type: Recreate }'), 'strategy Recreate'],
    'unavailable 1': [web('replicas: 3, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }'), 'of 3 pods 1 may be missing'],
    'no surge': [web('replicas: 3, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }'), 'of 3 pods 1 may be missing'],
    'OnDelete': [web('updateStrategy: { type: OnDelete }', 'StatefulSet'), 'StatefulSet/web: updateStrategy OnDelete'],
  },
  passes: {
    'surge 1, unavailable 0': web('replicas: 10, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }'),
    'the defaults at three: 25% are rounded to 1 and 0': web('replicas: 3'),
    'no replicas': web('replicas: 0, strategy: { type: Recreate }'),
    'a StatefulSet': web('replicas: 3', 'StatefulSet'),
    'a DaemonSet': web('minReadySeconds: 1', 'DaemonSet'),
  },
})
