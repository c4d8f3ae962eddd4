import { hookJob, manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './run-as-non-root.ts'

const pod = (spec: string) => manifests(workload(spec))

ruleSuite(rule, {
  fires: {
    'nothing said': [pod('{ containers: [{ name: app }] }'), 'Deployment/web: container app may run as root'],
    'user 0': [pod('{ securityContext: { runAsUser: 0 }, containers: [{ name: app }] }'), 'container app runs as user 0'],
    'a container that overrules its pod': [pod('{ securityContext: { runAsNonRoot: true }, initContainers: [{ name: chown, securityContext: { runAsUser: 0, runAsNonRoot: false } }], containers: [{ name: app }] }'), 'container chown runs as user 0'],
    'runAsNonRoot: false': [pod('{ securityContext: { runAsNonRoot: true }, containers: [{ name: app, securityContext: { runAsNonRoot: false } }] }'), 'container app may run as root'],
    'a hook': [manifests(hookJob('{ containers: [{ name: migrate }] }')), 'Job/migrate: container migrate'],
  },
  passes: {
    'runAsNonRoot of the pod': pod('{ securityContext: { runAsNonRoot: true }, containers: [{ name: app }, { name: side }] }'),
    'a user of the container': pod('{ containers: [{ name: app, securityContext: { runAsUser: 1000 } }] }'),
    'Windows': pod('{ os: { name: windows }, containers: [{ name: app }] }'),
  },
})
