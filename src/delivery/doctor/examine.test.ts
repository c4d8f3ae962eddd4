import { doctorSuite, limitedNamespace, limitedRules } from '../../../test/cluster/doctor-suite.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'

doctorSuite("a doctor's visit to the sandbox", async () => {
  const rules = limitedRules.map(({ apiGroups, resources, verbs }) => ({ groups: apiGroups, resources, verbs, namespaces: [limitedNamespace] }))
  const sandbox = startSandbox({ users: { limited: { name: 'limited', groups: ['system:authenticated'], rules } } })
  const admin = sandbox.cluster()
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: limitedNamespace } })
  return { admin, limited: sandbox.cluster({ user: 'limited' }), nobody: sandbox.cluster({ user: 'nobody' }), stop: async () => { await sandbox.close() } }
})
