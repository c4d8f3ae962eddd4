import { connectSync } from '../../src/cluster/kube/index.ts'
import { startControlPlane } from './control-plane.ts'
import { doctorSuite, limitedNamespace, limitedRules } from './doctor-suite.ts'

doctorSuite("a doctor's visit to a real control plane", async () => {
  const plane = await startControlPlane()
  if (plane === undefined) return undefined
  const admin = plane.cluster
  const metadata = { name: 'limited', namespace: limitedNamespace }
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: limitedNamespace } })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: limitedRules })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'limited' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'limited' }] })
  const limited = connectSync({ kubeconfig: plane.kubeconfig, env: {}, asUser: 'limited' })
  const nobody = connectSync({ kubeconfig: plane.kubeconfig, env: {}, context: 'nobody' })
  return {
    admin, limited, nobody,
    async stop() {
      limited.close()
      nobody.close()
      await plane.stop()
    },
  }
})
