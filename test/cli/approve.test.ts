/** `pintle approve` from the built package, over plan files. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planText, type PlanFile } from '../../src/delivery/plan/index.ts'
import { PlanKey } from '../../src/delivery/plan/plan-key.ts'
import { smallPlan } from '../../src/delivery/plan/small-plan.ts'
import { noOpenssh, sshKeygen } from '../../src/delivery/attestation/fixtures/openssh.ts'
import { folder, pintle as cli, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder>
let digest: string
const at = (name: string): string => join(dir.path, name)
const pintle = (args: string[], env: Record<string, string> = {}) => runCli(args, { cwd: dir.path, env })
const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString()
const approvals = (): string[] => (existsSync(at('plan.pintle.approvals')) ? readdirSync(at('plan.pintle.approvals')) : [])

function writePlan(more: Partial<PlanFile> = {}): void {
  const made = planText(smallPlan(new PlanKey(Buffer.alloc(32, 1)), { created: hours(-1), expires: hours(24), author: 'carol@acme', requires: { approvals: 2, approvers: ['@acme/sre'] }, ...more }))
  digest = made.digest
  writeFileSync(at('plan.pintle'), made.text)
}

beforeEach(async () => {
  dir?.remove()
  dir = folder({
    'pintle.yaml': `apiVersion: pintle.dev/v1
environments:
  prod:
    requires: {approvals: 2, approvers: ["@acme/sre"], maxAge: 8h}
trust:
  identities:
    - {name: alice@acme, key: alice.key.pub, groups: ["@acme/sre"]}
    - {name: bob@acme, key: bob.key.pub, groups: ["@acme/sre"], github: bob-b}
    - {name: carol@acme, key: carol.key.pub, groups: ["@acme/sre"]}
    - {name: dan@acme, key: dan.key.pub}
    - {name: ci@acme, key: ci.key.pub}
  importers: [ci@acme]
`,
  })
  for (const name of ['alice', 'bob', 'carol', 'dan', 'ci']) expect((await pintle(['approve', 'keygen', `${name}.key`, '--no-passphrase'])).code).toBe(0)
  writePlan()
})
afterAll(() => dir.remove())

const sign = (who: string, ...args: string[]) => pintle(['approve', 'plan.pintle', '--key', `${who}.key`, '--digest', digest, ...args])

describe('pintle approve', () => {
  it('signs beside the plan, and two people make a quorum', async () => {
    expect(await sign('alice')).toMatchObject({ code: 0, out: 'signed by alice@acme: plan.pintle.approvals/alice@acme.dsse.json\n', err: '' })
    const one = await pintle(['approve', 'verify', 'plan.pintle'])
    expect([one.code, one.err]).toEqual([5, expect.stringContaining('Error: the plan is not approved: 1 of 2 approvals (alice@acme)')])
    expect((await sign('alice')).code).toBe(0)
    expect((await pintle(['approve', 'verify', 'plan.pintle'])).code).toBe(5)
    expect((await sign('bob', '--reason', 'read it')).code).toBe(0)
    const two = await pintle(['approve', 'verify', 'plan.pintle', '-o', 'json'])
    expect(two.code).toBe(0)
    expect(JSON.parse(two.out)).toMatchObject({ plan: digest, satisfied: true, needed: 2, approvedBy: [{ identity: 'alice@acme' }, { identity: 'bob@acme' }], decisions: [{ counts: true }, { counts: true, reason: 'read it' }] })
    expect(approvals()).toEqual(['alice@acme.dsse.json', 'bob@acme.dsse.json'])
  })

  it('a rejection vetoes, and is told with its reason', async () => {
    for (const who of ['alice', 'bob']) await sign(who)
    expect((await sign('carol', '--decision', 'reject', '--reason', 'the wrong tag')).code).toBe(0)
    const { code, err, out } = await pintle(['approve', 'verify', 'plan.pintle'])
    expect([code, err]).toEqual([5, expect.stringContaining('2 of 2 approvals (alice@acme, bob@acme); rejected by carol@acme: the wrong tag')])
    expect(out).toContain('2 of 2 approvals')
    expect((await pintle(['approve', 'list', 'plan.pintle'])).code).toBe(0)
  })

  it('signs nothing that would not count', async () => {
    expect(await sign('carol')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was made by carol@acme: somebody else has to approve it') })
    expect(await sign('dan')).toMatchObject({ code: 5, err: expect.stringContaining('dan@acme is not among the approvers of prod: @acme/sre; and @acme/sre') })
    expect(await pintle(['approve', 'plan.pintle', '--key', 'alice.key'])).toMatchObject({ code: 5, err: expect.stringContaining('the plan was not reviewed') })
    expect(await sign('alice', '--digest', `sha256:${'0'.repeat(64)}`)).toMatchObject({ code: 5, err: expect.stringContaining('the plan is not the one that was reviewed') })
    await pintle(['approve', 'keygen', 'eve.key', '--no-passphrase'])
    expect(await sign('eve')).toMatchObject({ code: 5, err: expect.stringMatching(/nobody that trust knows has the key SHA256:/) })
    expect(await sign('eve', '--as', 'alice@acme', '--config', 'pintle.yaml')).toMatchObject({ code: 0 })
    expect(JSON.parse((await pintle(['approve', 'list', 'plan.pintle', '-o', 'json'])).out)).toMatchObject({ approvedBy: [], decisions: [{ counts: false, fault: 'unknown-key' }] })
    rmSync(at('plan.pintle.approvals'), { recursive: true })
    expect(await sign('alice', '--as', 'bob@acme', '--config', 'pintle.yaml')).toMatchObject({ code: 5, err: expect.stringContaining("the key is alice@acme's, not bob@acme's") })
    writePlan({ expires: hours(-0.5) })
    expect(await sign('alice')).toMatchObject({ code: 5, err: expect.stringContaining('the plan expired at') })
    writePlan()
    const text = readFileSync(at('plan.pintle'), 'utf8')
    writeFileSync(at('plan.pintle'), text.replace('"environment":"prod"', '"environment":"pro0"'))
    expect(await sign('alice')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was changed') })
    expect(approvals()).toEqual([])
  })

  it('one account of several people: refused, until trust or PINTLE_OPERATOR tells them apart', async () => {
    const approve = (env: Record<string, string>) => pintle(['approve', 'plan.pintle', '--key', 'alice.key', '--digest', digest], { GITHUB_ACTOR: '', GITLAB_USER_LOGIN: '', ...env })
    writePlan({ author: 'ops@bastion' })
    expect(await approve({ PINTLE_OPERATOR: 'ops@bastion' })).toMatchObject({ code: 5, err: expect.stringMatching(/made by ops@bastion, as whom this runs[^]*aliases: \["ops@bastion"\]/) })
    expect((await approve({ PINTLE_OPERATOR: 'alice@desk' })).code).toBe(0)
    const project = readFileSync(at('pintle.yaml'), 'utf8')
    writeFileSync(at('pintle.yaml'), project.replace('carol.key.pub,', 'carol.key.pub, aliases: [ops@bastion],'))
    expect((await approve({ PINTLE_OPERATOR: 'ops@bastion' })).code).toBe(0)
    expect(await sign('carol')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was made by ops@bastion: somebody else') })
  })

  it('on a terminal it shows the plan and asks; anything but yes signs nothing', () => {
    if (spawnSync('script', ['--version']).error !== undefined) return expect(process.env.CI, 'script(1) is missing').toBeUndefined()
    const asked = (answer: string) => {
      const line = `${process.execPath} ${cli} approve plan.pintle --key alice.key`
      const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd: dir.path, input: answer, encoding: 'utf8', timeout: 30_000, env: { PATH: process.env.PATH, HOME: dir.path, SHELL: '/bin/sh' } })
      return stdout
    }
    for (const no of ['n\n', '\n']) {
      const out = asked(no)
      for (const part of [`Plan ${digest}`, 'made by carol@acme', 'shop/web: web 1.0.0, revision 1 -> 2', 'ConfigMap/web will change [config]', 'Approve this plan?', 'nothing was signed']) expect(out).toContain(part)
      expect(approvals()).toEqual([])
    }
    expect(asked('y\n')).toContain('signed by alice@acme')
    expect(approvals()).toEqual(['alice@acme.dsse.json'])
  }, 60_000)

  it('an approval of the plan before is none of the plan made anew', async () => {
    await sign('alice')
    writePlan({ created: hours(-2) })
    const { out } = await pintle(['approve', 'list', 'plan.pintle', '-o', 'json'])
    expect(JSON.parse(out)).toMatchObject({ satisfied: false, decisions: [{ identity: 'alice@acme', counts: false, fault: 'other-plan' }] })
  })

  it('--expires and what the plan allows', async () => {
    await sign('alice', '--expires', '30m', '-o', 'short.json')
    await sign('alice', '--expires', '100h', '-o', 'long.json')
    const read = (file: string) => (JSON.parse(Buffer.from((JSON.parse(readFileSync(at(file), 'utf8')) as { payload: string }).payload, 'base64').toString()) as { predicate: { expiresAt: string; decidedAt: string } }).predicate
    expect(Date.parse(read('short.json').expiresAt) - Date.parse(read('short.json').decidedAt)).toBe(1_800_000)
    expect(Date.parse(read('long.json').expiresAt)).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000)
    expect((await pintle(['approve', 'list', 'plan.pintle', '--approval', 'short.json', '--approval', 'absent.json'])).err).toContain('there is no approval absent.json')
    expect(await sign('alice', '-o', '-')).toMatchObject({ code: 0, out: expect.stringMatching(/^\{\n {2}"payloadType"/) })
  })

  it('pintle.yaml that is wrong is told with its line', async () => {
    writeFileSync(at('pintle.yaml'), readFileSync(at('pintle.yaml'), 'utf8').replace('key: dan.key.pub', 'keys: dan.key.pub'))
    expect(await sign('alice')).toMatchObject({ code: 1, err: expect.stringMatching(/unknown key trust\.identities\.\d\.keys[\s\S]*pintle\.yaml:10/) })
  })
})

describe('keys', () => {
  it('are made once, for their owner alone', async () => {
    expect(statSync(at('alice.key')).mode & 0o777).toBe(0o600)
    expect(await pintle(['approve', 'keygen', 'alice.key', '--no-passphrase'])).toMatchObject({ code: 1, err: expect.stringContaining('alice.key is there already') })
    expect(await pintle(['approve', 'keygen', 'new.key'])).toMatchObject({ code: 1, err: expect.stringContaining('PINTLE_KEY_PASSPHRASE') })
    expect(existsSync(at('new.key'))).toBe(false)
  })

  it('are encrypted with a passphrase, which nothing prints', async () => {
    const secret = 'correct horse battery'
    const made = await pintle(['approve', 'keygen', 'locked.key'], { PINTLE_KEY_PASSPHRASE: secret })
    expect(made.code).toBe(0)
    expect(readFileSync(at('locked.key'), 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    writeFileSync(at('pintle.yaml'), readFileSync(at('pintle.yaml'), 'utf8').replace('alice.key.pub', 'locked.key.pub'))
    const args = ['approve', 'plan.pintle', '--key', 'locked.key', '--digest', digest]
    const wrong = await pintle(args, { PINTLE_KEY_PASSPHRASE: 'wrong' })
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('the passphrase is not the right one') })
    expect((await pintle(args)).err).toContain('PINTLE_KEY_PASSPHRASE')
    const right = await pintle(args, { PINTLE_KEY_PASSPHRASE: secret })
    expect(right.code).toBe(0)
    expect(made.out + made.err + right.out + right.err + readFileSync(at('plan.pintle.approvals/alice@acme.dsse.json'), 'utf8')).not.toContain(secret)
  })

  it.skipIf(noOpenssh)("OpenSSH's keys sign, by file and by agent, and ssh-keygen checks them", async () => {
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', 'alice laptop', '-f', at('id'))
    sshKeygen('-q', '-t', 'ecdsa', '-N', '', '-C', 'stray', '-f', at('stray'))
    writeFileSync(at('pintle.yaml'), readFileSync(at('pintle.yaml'), 'utf8').replace('key: alice.key.pub', 'ssh: id.pub').replace('key: bob.key.pub', 'aliases: [bob]').replace('  importers', '  allowedSigners: signers\n  importers'))
    sshKeygen('-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'bob laptop', '-f', at('bobs'))
    writeFileSync(at('signers'), `bob@acme namespaces="git,pintle" ${readFileSync(at('bobs.pub'), 'utf8')}`)
    expect(await pintle(['approve', 'plan.pintle', '--key', 'bobs', '--digest', digest])).toMatchObject({ code: 0, out: expect.stringContaining('signed by bob@acme') })

    const socket = at('agent.sock')
    const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((done) => agent.stdout!.once('data', done))
    try {
      const env = { SSH_AUTH_SOCK: socket }
      const byAgent = (...args: string[]) => pintle(['approve', 'plan.pintle', '--ssh-agent', '--digest', digest, ...args], env)
      expect((await byAgent()).err).toContain('the SSH agent holds no key that can sign')
      for (const key of ['stray', 'id']) execFileSync('ssh-add', ['-q', at(key)], { env: { ...process.env, ...env }, stdio: 'pipe' })
      expect((await byAgent('--agent-key', 'stray')).err).toContain('nobody that trust knows has the key SHA256:')
      expect((await byAgent('--agent-key', 'none')).err).toContain('the SSH agent holds no key none')
      expect(await byAgent()).toMatchObject({ code: 0, out: expect.stringContaining('signed by alice@acme') })
    } finally {
      agent.kill()
    }
    expect((await pintle(['approve', 'verify', 'plan.pintle'])).code).toBe(0)

    // The commands of docs/approvals.md.
    execFileSync('sh', ['-c', `
      node -e 'const e = JSON.parse(require("fs").readFileSync(process.argv[1])); require("fs").writeFileSync("payload", Buffer.from(e.payload, "base64")); require("fs").writeFileSync("sig.b64", e.signatures[0].sig)' plan.pintle.approvals/alice@acme.dsse.json
      { printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < payload)"; cat payload; } > signed
      { echo '-----BEGIN SSH SIGNATURE-----'; fold -w 70 sig.b64; echo; echo '-----END SSH SIGNATURE-----'; } > sig
      printf 'alice@acme %s' "$(cat id.pub)" > allowed`], { cwd: dir.path })
    const checked = spawnSync('ssh-keygen', ['-Y', 'verify', '-f', 'allowed', '-I', 'alice@acme', '-n', 'pintle', '-s', 'sig'], { cwd: dir.path, input: readFileSync(at('signed')) })
    expect([checked.status, checked.stderr.toString()]).toEqual([0, ''])
  })
})

describe('other tools', () => {
  it('an envelope in another spelling is taken over, and lies there in ours', async () => {
    const statement = await pintle(['approve', 'statement', 'plan.pintle', '--as', 'alice@acme'])
    expect(statement.code).toBe(0)
    expect(JSON.parse(statement.out)).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256: digest.slice(7) } }], predicate: { decision: 'approve', approver: 'alice@acme' } })
    await sign('alice', '-o', 'ours.json')
    const ours = JSON.parse(readFileSync(at('ours.json'), 'utf8')) as { payload: string; payloadType: string; signatures: { sig: string }[] }
    const urlSafe = (t: string): string => t.replaceAll('+', '-').replaceAll('/', '_')
    writeFileSync(at('theirs.json'), JSON.stringify({ signatures: [{ sig: urlSafe(ours.signatures[0]!.sig) }], payload: urlSafe(ours.payload), payloadType: ours.payloadType }))
    expect((await pintle(['approve', 'list', 'plan.pintle', '--approval', 'theirs.json'])).out).toContain('it is not as Pintle writes it')
    expect((await pintle(['approve', 'plan.pintle', '--envelope', 'theirs.json'])).code).toBe(0)
    expect(readFileSync(at('plan.pintle.approvals/alice@acme.dsse.json'), 'utf8')).toBe(readFileSync(at('ours.json'), 'utf8'))
    writeFileSync(at('theirs.json'), '{}')
    expect(await pintle(['approve', 'plan.pintle', '--envelope', 'theirs.json'])).toMatchObject({ code: 5, err: expect.stringContaining('theirs.json does not count: it is no DSSE envelope') })
  })

  describe('reviews of GitHub', () => {
    let server: Server | undefined
    const reviews = [
      { state: 'approved', comment: 'ship it', environments: [{ name: 'prod' }], user: { login: 'Bob-B' } }, { state: 'approved', comment: '', environments: [{ name: 'staging' }], user: { login: 'eve' } },
    ]
    afterEach(() => { server?.closeAllConnections(); server?.close(); server = undefined })

    it('from a file count as those of the person, signed by CI', async () => {
      writeFileSync(at('reviews.json'), JSON.stringify(reviews))
      const args = ['approve', 'import-github', 'plan.pintle', '--file', 'reviews.json', '--run', '42']
      expect(await pintle([...args, '--key', 'alice.key'])).toMatchObject({ code: 5, err: expect.stringContaining('alice@acme is not among trust.importers') })
      const { code, out, err } = await pintle([...args, '--key', 'ci.key'])
      expect([code, err]).toEqual([0, 'eve: not taken over: it is of staging\n'])
      expect(out).toBe('github:Bob-B: approve, imported by ci@acme: plan.pintle.approvals/github%3ABob-B.dsse.json\n')
      await sign('alice')
      expect(JSON.parse((await pintle(['approve', 'verify', 'plan.pintle', '-o', 'json'])).out)).toMatchObject({ satisfied: true, approvedBy: [{ identity: 'alice@acme', how: 'key' }, { identity: 'bob@acme', how: 'github' }] })
      expect(await pintle([...args, '--key', 'ci.key', '--github-environment', 'none'])).toMatchObject({ code: 5, err: expect.stringContaining('run 42 has no review of environment none') })
    })

    it('from the API, with a token that nothing prints', async () => {
      const asked: unknown[] = []
      server = createServer((request, response) => {
        asked.push([request.url, request.headers.authorization])
        if (request.url!.includes('/7/')) return void response.writeHead(404).end('{}')
        if (request.url!.includes('/8/')) return void response.end('<html>')
        response.end(JSON.stringify(reviews))
      })
      await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done))
      const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const token = 'ghs_0123456789abcdefghij'
      const run = (id: string, env: Record<string, string> = {}) => pintle(['approve', 'import-github', 'plan.pintle', '--key', 'ci.key', '--run', id, '--repository', 'acme/shop', '--api-url', api], { GITHUB_TOKEN: token, ...env })
      const good = await run('42')
      expect(good.code).toBe(0)
      expect(asked).toEqual([['/repos/acme/shop/actions/runs/42/approvals', `Bearer ${token}`]])
      const missing = await run('7')
      expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('404 Not Found') })
      const broken = await run('8')
      expect(broken).toMatchObject({ code: 1, err: expect.stringContaining("GitHub's answer is not a list of reviews: it is not JSON") })
      expect((await run('42', { GITHUB_TOKEN: '' })).err).toContain('GITHUB_TOKEN is not set')
      expect((await run('../7')).err).toContain('--run must be a number')
      for (const { out, err } of [good, missing, broken]) expect(out + err).not.toContain(token)
    })
  })
})
