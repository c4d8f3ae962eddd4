/** Approvals signed by the real cosign, taken over by Pintle; and Pintle's envelopes, checked by the real cosign. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { PrivateSigstore } from '../../src/charts/signatures/fixtures/private-sigstore.ts'
import { approvalType } from '../../src/delivery/attestation/approvals/approval.ts'
import { planText } from '../../src/delivery/plan/index.ts'
import { PlanKey } from '../../src/delivery/plan/plan-key.ts'
import { smallPlan } from '../../src/delivery/plan/small-plan.ts'
import { folder, runCli } from '../cli/run-cli.ts'

const cosign = await ensureTool('cosign')
const kinds = ['cosign', 'p384', 'p521', 'rsa', 'ed25519'] as const

describe.skipIf(cosign === undefined)('cosign', () => {
  let dir: ReturnType<typeof folder>
  let digest: string
  const at = (name: string): string => join(dir.path, name)
  const pintle = (...args: string[]) => runCli(args, { cwd: dir.path })
  const run = (...args: string[]) => promisify(execFile)(cosign!, args, { cwd: dir.path, env: { PATH: process.env.PATH, HOME: dir.path, COSIGN_PASSWORD: 'pw' }, timeout: 60_000 })
  const list = async (...files: string[]) => JSON.parse((await pintle('approve', 'list', 'plan.pintle', '-o', 'json', ...files.flatMap((f) => ['--approval', f]))).out) as { satisfied: boolean; approvedBy: { identity: string; how: string }[]; decisions: { fault?: string }[] }

  beforeAll(async () => {
    dir = folder({})
    const at0 = new Date()
    const made = planText(smallPlan(new PlanKey(Buffer.alloc(32, 1)), { created: new Date(at0.getTime() - 3_600_000).toISOString(), expires: new Date(at0.getTime() + 86_400_000).toISOString(), requires: { approvals: 1, approvers: [] }, author: 'carol@acme' }))
    digest = made.digest
    writeFileSync(at('plan.pintle'), made.text)
    await run('generate-key-pair')
    const pairs = { p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }), p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }), rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }), ed25519: generateKeyPairSync('ed25519') }
    for (const [name, { privateKey }] of Object.entries(pairs)) {
      writeFileSync(at(`${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      await run('import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name)
    }
    writeFileSync(at('pintle.yaml'), `apiVersion: pintle.dev/v1\nenvironments: {prod: {}}\ntrust:\n  identities:\n${kinds.map((k) => `    - {name: ${k}@acme, key: ${k}.pub}\n`).join('')}`)
  })
  afterAll(() => dir.remove())

  test.each(kinds)('a bundle by a %s key', async (kind) => {
    expect((await pintle('approve', 'statement', 'plan.pintle', '--as', `${kind}@acme`, '--reason', 'read', '-o', `${kind}.statement`)).code).toBe(0)
    await run('attest-blob', '--key', `${kind}.key`, '--statement', `${kind}.statement`, '--bundle', `${kind}.bundle`, '--use-signing-config=false', '--tlog-upload=false', '-y')
    expect(await list(`${kind}.bundle`)).toMatchObject({ satisfied: true, approvedBy: [{ identity: `${kind}@acme`, how: 'sigstore' }] })
    expect(await pintle('approve', 'plan.pintle', '--envelope', `${kind}.bundle`)).toMatchObject({ code: 0, out: `signed by ${kind}@acme: plan.pintle.approvals/${kind}@acme.sigstore.json\n` })
    const changed = readFileSync(at(`${kind}.bundle`), 'utf8').replace(/"payload":"(.{40})./, (_, head: string) => `"payload":"${head}A`)
    writeFileSync(at('changed.bundle'), changed)
    expect(await list('changed.bundle')).toMatchObject({ satisfied: false, decisions: [{ fault: 'changed' }] })
  })

  test.each(kinds)('a bare signature of the statement by a %s key', async (kind) => {
    await pintle('approve', 'statement', 'plan.pintle', '--as', `${kind}@acme`, '-o', `${kind}.blob`)
    await run('sign-blob', '--key', `${kind}.key`, '--bundle', `${kind}.blob.bundle`, '--use-signing-config=false', '--tlog-upload=false', '-y', `${kind}.blob`)
    expect(await list(`${kind}.blob.bundle`)).toMatchObject({ satisfied: false, decisions: [{ fault: 'unreadable' }] })
    const taken = await pintle('approve', 'plan.pintle', '--envelope', `${kind}.blob.bundle`, '--statement', `${kind}.blob`, '-o', `${kind}.taken`)
    expect([taken.code, taken.err]).toEqual([0, ''])
    expect(await list(`${kind}.taken`)).toMatchObject({ satisfied: true, approvedBy: [{ identity: `${kind}@acme`, how: 'sigstore' }] })
    writeFileSync(at('changed.taken'), readFileSync(at(`${kind}.taken`), 'utf8').replace(/"statement":"(.{40})./, (_, head: string) => `"statement":"${head}A`))
    expect(await list('changed.taken')).toMatchObject({ satisfied: false, decisions: [{ fault: 'changed' }] })
    // Over another file it proves nothing.
    expect(await pintle('approve', 'plan.pintle', '--envelope', `${kind}.blob.bundle`, '--statement', 'plan.pintle')).toMatchObject({ code: 5, err: expect.stringContaining('was not signed with it') })
  })

  test('under the name of somebody else it does not count, nor does a signature of the plan itself', async () => {
    await pintle('approve', 'statement', 'plan.pintle', '--as', 'rsa@acme', '-o', 'other.statement')
    await run('attest-blob', '--key', 'cosign.key', '--statement', 'other.statement', '--bundle', 'other.bundle', '--use-signing-config=false', '--tlog-upload=false', '-y')
    expect(await list('other.bundle')).toMatchObject({ satisfied: false, decisions: [{ fault: 'wrong-name' }] })
    await run('sign-blob', '--key', 'cosign.key', '--bundle', 'blob.bundle', '--use-signing-config=false', '--tlog-upload=false', '-y', 'plan.pintle')
    expect(await pintle('approve', 'plan.pintle', '--envelope', 'blob.bundle', '--statement', 'plan.pintle')).toMatchObject({ code: 5, err: expect.stringContaining('no in-toto statement') })
    expect(await pintle('approve', 'plan.pintle', '--envelope', 'other.bundle', '--statement', 'other.statement')).toMatchObject({ code: 1, err: expect.stringContaining('is no bundle of a bare signature') })
  })

  test.each(['p384', 'rsa', 'ed25519'])("cosign takes Pintle's own envelope, made with a %s key", async (kind) => {
    expect((await pintle('approve', 'plan.pintle', '--key', `${kind}.pem`, '--digest', digest, '-o', 'own.json')).code).toBe(0)
    const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial: { publicKey: { hint: 'x' } }, dsseEnvelope: JSON.parse(readFileSync(at('own.json'), 'utf8')) as object }
    writeFileSync(at('own.bundle'), JSON.stringify(bundle))
    const check = (file: string) => run('verify-blob-attestation', '--key', `${kind}.pub`, '--bundle', file, '--type', approvalType, '--insecure-ignore-tlog', '--digest', digest.slice(7), '--digestAlg', 'sha256')
    expect((await check('own.bundle')).stderr).toContain('Verified OK')
    writeFileSync(at('bad.bundle'), JSON.stringify(bundle).replace(/"payload":"(.{40})./, (_, head: string) => `"payload":"${head}A`))
    await expect(check('bad.bundle')).rejects.toThrow()
  })

  test('cosign and Pintle agree about a bundle of a certified identity', async () => {
    const sigstore = new PrivateSigstore()
    writeFileSync(at('root.json'), sigstore.trustedRoot)
    const fresh = planText(smallPlan(new PlanKey(Buffer.alloc(32, 1)), { created: '2026-01-02T03:00:00Z', expires: '2099-01-01T00:00:00Z', requires: { approvals: 1, approvers: [] } }))
    writeFileSync(at('old.pintle'), fresh.text)
    const predicate = { decision: 'approve', approver: 'ann@acme', decidedAt: '2026-01-02T03:04:00Z', expiresAt: '2099-01-01T00:00:00Z' }
    writeFileSync(at('ann.bundle'), JSON.stringify(sigstore.bundle(fresh.digest, approvalType, { predicate })))
    writeFileSync(at('keyless.yaml'), `apiVersion: pintle.dev/v1\nenvironments: {prod: {}}\ntrust:\n  trustedRoot: root.json\n  identities:\n    - {name: ann@acme, keyless: {issuer: "${sigstore.issuer}", identity: ${sigstore.identity}}}\n`)
    const ours = await pintle('approve', 'verify', 'old.pintle', '--config', 'keyless.yaml', '--approval', 'ann.bundle')
    expect([ours.code, ours.out]).toEqual([0, expect.stringContaining('1 of 1 approvals (ann@acme)')])
    const { stderr } = await run('verify-blob-attestation', '--bundle', 'ann.bundle', '--type', approvalType, '--trusted-root', 'root.json', '--certificate-identity', sigstore.identity, '--certificate-oidc-issuer', sigstore.issuer, '--insecure-ignore-sct', '--digest', fresh.digest.slice(7), '--digestAlg', 'sha256')
    expect(stderr).toContain('Verified OK')
  })
})
