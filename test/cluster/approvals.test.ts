/** What apply makes of approvals, on a real control plane: each kind that does not count is refused with its reason and nothing is changed; with the right ones the plan is applied, and the evidence fits the cluster. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync, type Cluster } from '../../src/cluster/kube/index.ts'
import { folder, runCli } from '../cli/run-cli.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'

const apiserver = await ensureTool('kube-apiserver')

describe.skipIf(apiserver === undefined)('approvals on a real control plane', () => {
  let plane: ControlPlane
  let cluster: Cluster
  let dir: ReturnType<typeof folder>
  const at = (name: string): string => join(dir.path, name)
  const as = (actor: string, ...args: string[]) => runCli(args, { cwd: dir.path, env: { KUBECONFIG: plane.kubeconfig, ...(actor !== '' && { GITHUB_ACTOR: actor }) } })
  const pintle = (...args: string[]) => as('', ...args)
  const digestOf = (plan: string): string => /"digest":"(sha256:[0-9a-f]{64})"/.exec(readFileSync(at(plan), 'utf8').slice(0, 200))![1]!
  const approve = (plan: string, who: string, ...args: string[]) => pintle('approve', plan, '--key', `${who}.key`, '--digest', digestOf(plan), ...args)
  /** Every object of the namespace, to the version. */
  const state = async (): Promise<string> => {
    const kinds = [['v1', 'Secret'], ['v1', 'ConfigMap'], ['coordination.k8s.io/v1', 'Lease']] as const
    const lists = await Promise.all(kinds.map(([apiVersion, kind]) => cluster.list(apiVersion, kind, { namespace: 'shop' })))
    return JSON.stringify(lists.map((list) => list.items.map((o) => [o.kind, o.metadata.name, o.metadata.uid, o.metadata.resourceVersion])))
  }

  beforeAll(async () => {
    const started = await startControlPlane()
    if (started === undefined) throw new Error('the control plane could not be built though its programs could')
    plane = started
    cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
    dir = folder({
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n', 'web/values.yaml': 'colour: blue\n',
      'web/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
      'web/templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Release.Name }}"}\nstringData: {key: some-secret-value}\n',
      'pintle.yaml': `apiVersion: pintle.dev/v1
environments: {prod: {namespace: shop, requires: {approvals: 1, approvers: ["@acme/sre"], maxAge: 1h}}}
services: {web: {chart: ./web, values: [values.yaml]}}
trust:
  identities:
    - {name: alice@acme, key: alice.key.pub, groups: ["@acme/sre"]}
    - {name: carol@acme, github: carol, key: carol.key.pub, groups: ["@acme/sre"]}
    - {name: dan@acme, key: dan.key.pub}
    - {name: ci@acme, key: ci.key.pub}
`,
      'values.yaml': 'colour: blue\n',
    })
    for (const name of ['alice', 'carol', 'dan', 'ci', 'mallory']) await pintle('approve', 'keygen', `${name}.key`, '--no-passphrase')
    const first = await as('carol', 'plan', 'web', '-e', 'prod', '--create-namespace', '-o', 'first.plan')
    expect(existsSync(at('first.plan')), first.err).toBe(true)
    expect(await approve('first.plan', 'alice')).toMatchObject({ code: 0 })
    const applied = await pintle('apply', 'first.plan', '--sign-key', 'ci.key', '--stable-for', '0s')
    expect([applied.code, applied.err]).toEqual([0, expect.anything()])
    writeFileSync(at('values.yaml'), 'colour: green\n')
    await as('carol', 'plan', 'web', '-e', 'prod', '-o', 'second.plan')
    mkdirSync(at('second.plan.approvals'))
  }, 600_000)
  afterAll(async () => {
    cluster?.close()
    await plane?.stop()
    dir?.remove()
  })

  const signedAs = async (who: string, ...args: string[]): Promise<string> => {
    // What approve itself would not sign is signed without pintle.yaml, as anybody could.
    const { out, err } = await approve('second.plan', who, '--as', `${who}@acme`, '-o', '-', ...args)
    expect(out, err).toContain('payloadType')
    return out
  }
  const flip = (text: string, part: string): string => text.replace(part, `${part.slice(0, -1)}${part.endsWith('A') ? 'B' : 'A'}`)

  it.each<[string, () => Promise<string | undefined>, string]>([
    ['there is none', async () => undefined, '0 of 1 approvals'],
    ['its author gave it', async () => {
      // Nor does the command sign it.
      expect(await approve('second.plan', 'carol')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was made by carol') })
      return signedAs('carol')
    }, 'carol@acme made the plan, and somebody else has to approve it'],
    ['it is of another plan', async () => readFileSync(at('first.plan.approvals/alice@acme.dsse.json'), 'utf8'), 'not about this plan'],
    ['it expired', async () => {
      const text = await signedAs('alice', '--expires', '1s')
      await new Promise((done) => setTimeout(done, 1100))
      return text
    }, 'it expired at'],
    ['a byte of its statement was changed', async () => {
      const text = await signedAs('alice')
      return flip(text, /"payload": "[^"]{50}/.exec(text)![0])
    }, 'was not signed with it, or was changed afterwards'],
    ['a byte of its signature was changed', async () => {
      const text = await signedAs('alice')
      return flip(text, /"sig": "[^"]{30}/.exec(text)![0])
    }, 'was not signed with it, or was changed afterwards'],
    ['a space was put in', async () => `${await signedAs('alice')} `, 'it is not as Pintle writes it'],
    ['a stranger gave it', () => signedAs('mallory'), 'a key that nobody trusted has'],
    ['somebody gave it who is no approver', () => signedAs('dan'), 'dan@acme is not among the approvers'],
    ['it is a rejection', () => signedAs('alice', '--decision', 'reject', '--reason', 'not today'), 'rejected by alice@acme: not today'],
  ])('%s', async (_, make, reason) => {
    rmSync(at('second.plan.approvals'), { recursive: true, force: true })
    mkdirSync(at('second.plan.approvals'))
    const text = await make()
    if (text !== undefined) writeFileSync(at('second.plan.approvals/x.dsse.json'), text)
    const before = await state()
    const { code, err } = await pintle('apply', 'second.plan', '--yes')
    expect([code, err]).toEqual([5, expect.stringContaining('plan/unapproved')])
    expect(err).toContain(reason)
    expect(await state()).toBe(before)
  }, 60_000)

  it('a plan that was changed after it was approved', async () => {
    rmSync(at('second.plan.approvals'), { recursive: true })
    await approve('second.plan', 'alice')
    const text = readFileSync(at('second.plan'), 'utf8')
    const before = await state()
    writeFileSync(at('second.plan'), text.replace('"environment":"prod"', '"environment":"prof"'))
    expect(await pintle('apply', 'second.plan')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was changed') })
    writeFileSync(at('second.plan'), text)
    expect(await state()).toBe(before)
  })

  it('with the right one it is applied, and the evidence fits the cluster', async () => {
    const { code, out, err } = await pintle('apply', 'second.plan', '--sign-key', 'ci.key', '--stable-for', '0s')
    expect([code, err]).toEqual([0, expect.not.stringContaining('WARNING')])
    expect(out).toContain('web: succeeded, revision 2')
    const verified = await pintle('evidence', 'verify', '--live', '--require-signed')
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('2 records: 2 with their plan, 2 approved, 2 signed')])
    expect(verified.out).not.toContain('note: manifests')
    // Another hand changes what the revision holds.
    const name = 'sh.helm.release.v1.web.v2'
    await cluster.delete({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name })
    expect(await pintle('evidence', 'verify', '--live')).toMatchObject({ code: 1, out: expect.stringContaining('the cluster has no revision 2') })
  })
})
