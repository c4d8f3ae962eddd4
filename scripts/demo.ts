/**
 * `npm start`: the main job on the embedded sandbox cluster. Releases the example service, changes it, and tries an image that crashes, which is
 * rolled back; then a canary, and a fleet from a helmfile. Works in a folder of its own and leaves nothing behind but what it prints.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const pintle = resolve('bin/pintle.js')
const work = mkdtempSync(join(tmpdir(), 'pintle-demo-'))
const env = { ...process.env, PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(work, 'sandbox') }
cpSync('examples', work, { recursive: true })

function run(args: string[], options: { quiet?: boolean } = {}): { status: number; out: string } {
  console.log(`\n$ pintle ${args.join(' ')}`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [pintle, ...args], { cwd: work, env, encoding: 'utf8' })
  if (!options.quiet) process.stdout.write(stdout)
  process.stdout.write(stderr)
  return { status: status ?? -1, out: `${stdout}${stderr}` }
}

function expect(what: string, ok: boolean): void {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`)
  if (!ok) failures.push(what)
}

const failures: string[] = []
const heading = (text: string) => console.log(`\n\u2500\u2500 ${text} ${'\u2500'.repeat(Math.max(0, 100 - text.length))}`)

/** Runs a release twice, as CI does: once for the plan, which a person reviews, once with the approved digest. */
function releaseApproved(extra: string[], environment = 'staging'): { status: number; out: string } {
  const base = ['release', 'checkout-api', '-e', environment, '--create-namespace', '--stable-for', '2s', ...extra]
  const planned = run(base)
  expect('without a review nothing is changed: exit code 5', planned.status === 5)
  const digest = /Plan digest: (sha256:[0-9a-f]{64})/.exec(planned.out)?.[1] ?? ''
  console.log(`\n(the plan above is reviewed; its digest is approved)`)
  return run([...base, '--approve-digest', digest], { quiet: false })
}

try {
  heading('1. The first release: pin, render, diff, review, install, verify')
  expect('released: exit code 0', releaseApproved([]).status === 0)

  heading('2. An upgrade: two more replicas')
  expect('upgraded: exit code 0', releaseApproved(['--set', 'replicaCount=4']).status === 0)

  heading('3. An upgrade that fails: the new image crashes, the release goes back by itself')
  const failed = releaseApproved(['--set', 'replicaCount=4', '--set', 'image.tag=crash', '--set', 'migrations.enabled=false'])
  expect('failed and rolled back: exit code 6', failed.status === 6)

  heading('4. What is known afterwards')
  const history = run(['history', 'checkout-api', '-n', 'staging'])
  expect('the history ends with a deployed revision', /deployed.*Rollback to 2/.test(history.out.trim().split('\n').at(-1) ?? ''))
  run(['list', '-A'])
  const kept = run(['evidence', 'list', '-o', 'json'])
  expect('three records of evidence', (JSON.parse(kept.out) as unknown[]).length === 3)
  expect('the chain over them holds', run(['evidence', 'verify']).status === 0)
  run(['note'])

  heading('5. A canary: 5, 25, 50 and 100 percent of the pods, each judged by error rate and latency; metrics are simulated, and time is compressed')
  const canary = ['--config', 'canary.yaml', '--compress-time', '300', '--set', 'migrations.enabled=false']
  expect('the first version is installed: exit code 0', releaseApproved(canary, 'prod').status === 0)
  const promoted = releaseApproved([...canary, '--set', 'image.tag=1.15.0'], 'prod')
  expect('promoted through every step: exit code 0', promoted.status === 0 && /100% of the traffic/.test(promoted.out))
  const aborted = releaseApproved([...canary, '--set', 'image.tag=1.16.0-errors-3pct'], 'prod')
  expect('three percent of errors end it at the first step, and the release goes back: exit code 6', aborted.status === 6)
  run(['rollout', 'status', 'checkout-api', '-n', 'prod'])

  heading('6. A fleet: two services over two environments, from a helmfile; prod begins when staging is healthy')
  const fleet = run(['helmfile', '-f', 'fleet/helmfile.yaml.gotmpl', 'apply', '--suppress-diff', '--wave', 'staging', '--wave', 'prod'])
  expect('both waves are healthy: exit code 0', fleet.status === 0)
} finally {
  run(['sandbox', 'stop'], { quiet: true })
  rmSync(work, { recursive: true, force: true })
}
console.log(failures.length === 0 ? '\nThe tour is complete. Try it yourself: ./pintle --help' : `\n${failures.length} of the steps did not end as they should: ${failures.join('; ')}`)
process.exit(failures.length === 0 ? 0 : 1)
