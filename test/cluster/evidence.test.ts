/** Evidence on a real control plane, beside the real Helm: the head noted in the cluster, revisions nobody recorded, users with few rights. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync, type Cluster } from '../../src/cluster/kube/index.ts'
import { folder, runCli } from '../cli/run-cli.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { runHelm } from './helm-runner.ts'

const [helm, apiserver] = await Promise.all([ensureTool('helm'), ensureTool('kube-apiserver')])

describe.skipIf(helm === undefined || apiserver === undefined)('evidence on a real control plane', () => {
  let plane: ControlPlane
  let cluster: Cluster
  let dir: ReturnType<typeof folder>
  const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env: { KUBECONFIG: plane.kubeconfig } })
  const real = (...args: string[]) => runHelm(helm!, plane.kubeconfig, args)
  async function release(colour: string) {
    const args = ['release', 'web', './web', '-n', 'shop', '--create-namespace', '--set', `colour=${colour}`, '--stable-for', '0s']
    const { out } = await pintle(...args)
    return pintle(...args, '--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? '')
  }

  beforeAll(async () => {
    const started = await startControlPlane()
    if (started === undefined) throw new Error('the control plane could not be built though its programs could')
    plane = started
    cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
    dir = folder({
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n', 'web/values.yaml': 'colour: blue\n',
      'web/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
    })
  }, 600_000)
  afterAll(async () => {
    cluster?.close()
    dir?.remove()
    await plane?.stop()
  })

  it('notes the head beside the release; cutting off the end of the store shows against it', async () => {
    for (const colour of ['blue', 'green']) {
      const { code, out, err } = await release(colour)
      expect([code, err]).toEqual([0, expect.not.stringContaining('WARNING')])
      const noted = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'pintle-evidence.web' })
      expect(out).toContain(`head ${noted!.data.head}`)
    }
    expect((await pintle('evidence', 'verify', '--cluster')).code).toBe(0)
    const { readFileSync, writeFileSync } = await import('node:fs')
    const at = (name: string) => join(dir.path, '.pintle/evidence', name)
    const [chain, head] = [readFileSync(at('chain.jsonl'), 'utf8'), readFileSync(at('head.json'), 'utf8')]
    const [first] = chain.split('\n')
    writeFileSync(at('chain.jsonl'), `${first}\n`)
    writeFileSync(at('head.json'), `{"hash":"${JSON.parse(first!).hash}","sequence":1}\n`)
    expect((await pintle('evidence', 'verify')).out).toContain('1 entries, ')
    expect(await pintle('evidence', 'verify', '--cluster')).toMatchObject({ code: 1, out: expect.stringContaining('no line has the expected hash') })
    writeFileSync(at('chain.jsonl'), chain)
    writeFileSync(at('head.json'), head)
  })

  it('finds what Helm did without a record, who did it, and what is gone', async () => {
    expect(await pintle('evidence', 'reconcile', '-A')).toMatchObject({ code: 0, out: '2 revisions have their record, 0 differences\n' })
    expect((await real('upgrade', 'web', join(dir.path, 'web'), '-n', 'shop', '--set', 'colour=red', '--description', 'by hand')).error).toBe('')
    expect((await real('install', 'other', join(dir.path, 'web'), '-n', 'default')).error).toBe('')
    const found = await pintle('evidence', 'reconcile', '-A', '-o', 'json')
    expect([found.code, JSON.parse(found.out)]).toMatchObject([2, {
      matched: 2,
      differences: [{ kind: 'unrecorded', namespace: 'default', release: 'other', revision: 1, description: 'Install complete', by: expect.stringMatching(/helm/i) }, { kind: 'unrecorded', namespace: 'shop', release: 'web', revision: 3, description: 'by hand' }],
    }])
    expect(JSON.parse((await pintle('evidence', 'reconcile', '-n', 'shop', '-o', 'json')).out).differences).toMatchObject([{ release: 'web', revision: 3 }])
    expect((await real('uninstall', 'web', '-n', 'shop')).error).toBe('')
    expect(JSON.parse((await pintle('evidence', 'reconcile', '-n', 'shop', '-o', 'json')).out).differences).toMatchObject([{ kind: 'gone', release: 'web', revision: 2 }])
  })

  it('goes on where the head may not be noted, and says so', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'x' }
    // A policy that keeps this very object from being written.
    await cluster.create({
      apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'no-heads', labels },
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }] }, validations: [{ expression: "!object.metadata.name.startsWith('pintle-evidence.')", message: 'no heads here' }] },
    })
    await cluster.create({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'no-heads' }, spec: { policyName: 'no-heads', validationActions: ['Deny'] } })
    let told = ''
    for (let i = 0; i < 10 && !told.includes('no heads here'); i++) {
      const { code, err } = await release(`try-${i}`)
      expect(code).toBe(0)
      told = err
    }
    expect(told).toMatch(/the head of the evidence could not be noted beside the release \(evidence\.anchor: false leaves it out\): .*no heads here/)
    expect((await pintle('evidence', 'verify')).code).toBe(0)
    expect(existsSync(join(dir.path, '.pintle/unsaved-evidence'))).toBe(false)
  })
})
