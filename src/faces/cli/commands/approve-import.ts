import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { HttpClient } from '../../../charts/http/index.ts'
import { writeInFolder } from '../../../charts/registry/index.ts'
import { approvalEndings, approvalFileName, approvalStatement, approvalsFolder, identityOfKey, importedApprovals, readGithubReviews, signStatement, writeEnvelope } from '../../../delivery/attestation/index.ts'
import { readPlan } from '../../../delivery/plan/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { trustOf } from '../approval-policy.ts'
import { signerFlags, signerFrom } from '../approval-signer.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage } from '../flags.ts'
import { projectOf } from '../release-target.ts'
import { shown } from '../shown.ts'
import { configFlag } from './approve.ts'

/** `pintle approve import-github` */
export const approveImportGithub: Command = {
  use: 'approve import-github PLAN [flags]',
  long: `Takes over the reviews of a protected environment of GitHub: whoever approved or rejected the run that will apply the plan has decided about the plan. CI runs it, between the
review and 'pintle apply', and signs with its own key; the statements say that they were imported. They count where 'trust' names the signer among its importers and knows the login.

GitHub's answer is read from --file, or asked for with GITHUB_TOKEN (the run, repository and API are those of GitHub's variables unless flags say otherwise).
A review whose comment names the digest of another plan is left out.

Exit codes: 0 taken over, 1 failed, 5 refused: there is no review of the environment.`,
  examples: `pintle approve import-github plan.pintle --key ci.key --github-environment production
pintle approve import-github plan.pintle --key ci.key --file reviews.json --run 4425592351`,
  flags: [
    ...signerFlags,
    { name: 'file', type: 'string', usage: "answer of GitHub's 'review history of a workflow run', JSON" },
    { name: 'run', type: 'string', usage: 'the run whose reviews they are (default: GITHUB_RUN_ID)' },
    { name: 'repository', type: 'string', usage: 'OWNER/NAME (default: GITHUB_REPOSITORY)' },
    { name: 'api-url', type: 'string', usage: 'URL of the API (default: GITHUB_API_URL, or the public one)' },
    { name: 'github-environment', type: 'string', usage: "environment of GitHub (default: the plan's)" },
    { name: 'expires', type: 'duration', default: '8h', usage: 'how long the decisions count; never longer than the plan' },
    configFlag,
  ],
  globals: false,
  args: [1, 1],
  completes: ['file'],
  async run(context) {
    const { flags, out, args, signal } = context
    const { plan, digest } = readPlan(args[0]!)
    const now = new Date()
    if (Date.parse(plan.expires) <= now.getTime()) throw new PintleError('rule.refused', `the plan expired at ${plan.expires}`, { hint: 'Make it again with `pintle plan`.' })
    const { project } = projectOf(context)
    const trust = trustOf(project)
    const key = await signerFrom(flags, out, trust, signal)
    const importer = identityOfKey(trust, key.id)
    if (importer === undefined || !trust.importers.includes(importer.name)) throw new PintleError('rule.refused', `${importer?.name ?? `the key ${key.id}`} is not among trust.importers`, { hint: `What it imports would not count. Name it in ${flags.string('config')}.` })
    const run = flags.string('run') || process.env.GITHUB_RUN_ID || ''
    if (run === '') throw usage('which run?', 'Name it with --run.')
    const environment = flags.string('github-environment') || plan.environment
    const { reviews, skipped } = reviewsIn(await answerOf(context, run), environment, digest)
    for (const { login, why } of skipped) out.note(`${shown(login)}: not taken over: ${shown(why)}`)
    if (reviews.length === 0) throw new PintleError('rule.refused', `run ${run} has no review of environment ${environment}`, { hint: 'Name another environment with --github-environment.' })
    const expires = new Date(Math.min(now.getTime() + flags.duration('expires'), Date.parse(plan.expires)))
    for (const approval of importedApprovals(reviews, { run, now, expires, environment: plan.environment })) {
      const envelope = await signStatement(approvalStatement(basename(args[0]!), digest, approval), key, { signal })
      const file = join(approvalsFolder(args[0]!), approvalFileName(approval.approver, approvalEndings.envelope))
      writeInFolder(file, writeEnvelope(envelope))
      out.line(`${approval.approver}: ${approval.decision}, imported by ${importer.name}: ${file}`)
    }
    return 0
  },
}

function reviewsIn(text: string, environment: string, digest: string): ReturnType<typeof readGithubReviews> {
  try {
    return readGithubReviews(JSON.parse(text), environment, digest)
  } catch (error) {
    throw new PintleError('http.status', `GitHub's answer is not a list of reviews: ${error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message}`)
  }
}

/** What GitHub says about the reviews of the run. */
async function answerOf({ flags, signal }: CommandContext, run: string): Promise<string> {
  const file = flags.string('file')
  if (file !== '') {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw usage(`${file} cannot be read: ${(error as Error).message}`)
    }
  }
  const repository = flags.string('repository') || process.env.GITHUB_REPOSITORY || ''
  const token = process.env.GITHUB_TOKEN ?? ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^\d+$/.test(run)) throw usage('--run must be a number, and --repository OWNER/NAME')
  if (token === '') throw usage('GITHUB_TOKEN is not set', 'Give the answer by --file, or a token that may read actions.')
  const base = (flags.string('api-url') || process.env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, '')
  const http = new HttpClient({ env: process.env, userAgent: 'Pintle' })
  try {
    const url = `${base}/repos/${repository}/actions/runs/${run}/approvals`
    const answer = await http.send({ url, authorization: `Bearer ${token}`, headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }, maxBody: 8 << 20, what: 'the list of reviews', signal })
    if (answer.status !== 200) throw new PintleError('http.status', `${url}: ${answer.status} ${answer.statusText}`, { hint: 'The token must be allowed to read actions of the repository.' })
    return answer.body.toString()
  } finally {
    http.close()
  }
}
