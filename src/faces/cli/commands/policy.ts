import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { loadPolicy } from '../../../delivery/plan/index.ts'
import { allRules, defaultPolicy, evaluatePolicy, formatPolicyMarkdown, formatPolicyText, policyJunit, policySarif, requireRule, type Facts, type Policy, type PolicyReport } from '../../../delivery/policy/index.ts'
import { loadInstallable } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, outputFlag, timeoutFlag, valueFlags, projectFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { factsOfManifests } from '../policy-manifests.ts'
import { GitFolders, offlineFacts } from '../policy-facts.ts'
import { overridesOf, packOf, policyFlags } from '../policy-flags.ts'
import { environmentOf, isLocalChart, projectOf, serviceOf, targetFromFlags, targetFromProject, type Target } from '../release-target.ts'
import { planningFlags } from '../plan-request.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'
import { versions } from '../versions.ts'
import { valuePath } from '../value-files.ts'

const formats = ['text', 'json', 'markdown', 'sarif', 'junit']

/** What a policy says of one release. */
interface Judged { readonly name: string; readonly report: PolicyReport; readonly policy: Policy; readonly folder: string }

/** `pintle policy check`: judges what would be released. */
export const policyCheck: Command = {
  use: 'policy check [SERVICE | [NAME] CHART] [flags]',
  long: `Judges what would be released by the rules of a pack: chart, values, images, rendered objects, hooks. Nothing is changed, and without --live no cluster is
asked: rules that want to know something of one are told as not evaluated, never as passed.

Without arguments every service of pintle.yaml is judged in the environment of -e, with the pack, severities, overrides and external rules that are
set there; a CHART (a folder, archive, repo/name or oci:// reference) needs no pintle.yaml; --manifests judges rendered objects, whatever made them.

A violation can be let pass, with a reason and for a time: in pintle-overrides.yaml, or with --override. Every rule is explained by
'pintle policy explain RULE'.

Exit codes: 0 nothing blocks, 1 failed, 5 something blocks.`,
  examples: `pintle policy check checkout-api -e prod
pintle policy check ./charts/shop -f values-prod.yaml --pack production
kustomize build . | pintle policy check --manifests -
pintle policy check -e prod --scan-report trivy.json -o sarif > policy.sarif
pintle policy check shop -e prod --override 'manifests/probes[Deployment/worker]=has no port, OPS-12'`,
  flags: [
    ...projectFlags,
    { name: 'manifests', type: 'string', placeholder: 'file', usage: 'judge these rendered objects (- for stdin) instead of a chart' },
    ...policyFlags,
    { name: 'live', type: 'bool', usage: 'ask the cluster, too: dry run, what would change, references, quotas; with the production pack rights and owners' },
    ...planningFlags.filter((f) => !['environment', 'config', ...policyFlags.map((p) => p.name)].includes(f.name)), timeoutFlag,
    evidenceFlag,
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version to render for, and whose schemas objects must fit' },
    { name: 'all', type: 'bool', usage: 'tell rules that hold and rules that could not be evaluated, too' },
    { name: 'output', short: 'o', type: 'string', placeholder: 'format', default: 'text', usage: 'output format: text, json, markdown, sarif, junit', completes: formats },
    ...valueFlags, ...chartFlags,
  ],
  args: [0, 2],
  exclusive: [['manifests', 'values'], ['manifests', 'live']],
  async run(context) {
    const { flags } = context
    const format = flags.string('output')
    if (!formats.includes(format)) throw usage(`invalid format type ${JSON.stringify(format)}`, `There are ${formats.join(', ')}.`)
    const now = new Date()
    const judged: Judged[] = []
    if (flags.string('manifests') !== '') {
      if (context.args.length > 0) throw usage('--manifests takes no chart or service')
      judged.push(await judge(context, await factsOfManifests(context, flags.string('manifests'), now), undefined))
    } else {
      const targets = await targetsOf(context)
      if (flags.bool('live')) judged.push(...(await (await import('../policy-live.ts')).judgeLive(context, targets)).map(({ reference, ...j }) => ({ ...j, folder: reference })))
      else {
        const git = new GitFolders()
        for (const target of targets) judged.push(await judgeTarget(context, target, { now, git }))
      }
    }
    // Findings quote fields and names, which a secret may stand in.
    const out = await context.out.discreet()
    out.write(printed(judged, format, { ...context, out }))
    return judged.some((j) => j.report.blocked) ? 5 : 0
  },
}

async function targetsOf(context: CommandContext): Promise<Target[]> {
  const { flags, args } = context
  if (args.length === 2) return [await targetFromFlags(context)]
  if (args.length === 1 && isChart(args[0]!, context)) return [await targetFromFlags({ ...context, args: [nameOf(args[0]!), args[0]!] })]
  const { project } = projectOf(context)
  const services = args.length === 0 ? [...project.services.values()] : [serviceOf(project, args[0], flags.string('config'))]
  if (services.length === 0) throw usage(`${flags.string('config')} has no services`)
  const environment = environmentOf(project.environments, flags.string('environment'))
  const out: Target[] = []
  for (const service of services) out.push(await targetFromProject(context, project, service, environment))
  return out
}

/** A bare name is a service if pintle.yaml has it, whatever folder is called like it. */
function isChart(word: string, context: CommandContext): boolean {
  if (word.includes('/')) return true
  if (!isLocalChart(word, context)) return false
  return !existsSync(context.flags.string('config')) || !projectOf(context).project.services.has(word)
}

/** `./charts/shop`, `shop-1.2.3.tgz`, `oci://registry.example.com/charts/shop:1.2.3`: shop. */
const nameOf = (reference: string): string => basename(resolve(reference)).replace(/(?:-\d+\.\d+\.\d+.*)?\.t(?:ar\.)?gz$|:.*$/, '') || 'release-name'

async function judgeTarget(context: CommandContext, target: Target, run: { readonly now: Date; readonly git: GitFolders }): Promise<Judged> {
  const { flags } = context
  const chart = await loadInstallable(target.chart, context)
  const files = [...target.valueFiles.map((f) => resolve(f)), ...flags.list('values').map(valuePath)]
  return judge(context, (await offlineFacts(context, { target, chart, files, ...run })).facts, target)
}

async function judge({ flags }: CommandContext, facts: Facts, target: Target | undefined): Promise<Judged> {
  const pack = packOf(flags)
  const policy = await loadPolicy({
    settings: target?.policy ?? defaultPolicy, base: target?.base ?? process.cwd(), environment: facts.environment, service: facts.service, now: facts.now, overrides: overridesOf(flags, facts.now), ...(pack && { pack }),
  })
  return { name: facts.service || flags.string('manifests'), report: evaluatePolicy(facts, policy), policy, folder: target?.reference ?? '' }
}

function printed(judged: readonly Judged[], format: string, { flags, out }: CommandContext): string {
  switch (format) {
    case 'json': return `${JSON.stringify({ releases: judged.map(({ name, report }) => ({ name, ...report })), blocked: judged.some((j) => j.report.blocked) }, undefined, 2)}\n`
    case 'markdown': return judged.map(({ name, report, policy: { rules } }) => `${judged.length > 1 ? `## ${name}\n\n` : ''}${formatPolicyMarkdown(report, { rules })}`).join('\n')
    case 'junit': return policyJunit(judged)
    case 'sarif': return `${JSON.stringify(policySarif(judged.map(({ report, folder }) => ({ report, folder, fallback: folder === '' ? 'manifests' : 'Chart.yaml' })), { rules: judged.flatMap((j) => j.policy.rules), version: versions.pintle }), undefined, 2)}\n`
    default: return judged.map(({ name, report, policy: { rules } }) => `${judged.length > 1 ? `==> ${name}\n` : ''}${formatPolicyText(report, { rules, all: flags.bool('all'), paint: (style, text) => out.style(style, text) })}`).join('\n')
  }
}

/** `pintle policy rules`: the rules there are. */
export const policyRules: Command = {
  use: 'policy rules [flags]',
  long: `Lists the rules that ship, with what a violation does in each pack: block, warn or off. 'pintle policy explain RULE' says why a rule exists and what to do.`,
  examples: `pintle policy rules
pintle policy rules --group hooks -o json`,
  flags: [{ name: 'group', type: 'string', usage: 'only rules of this group', completes: [...new Set(allRules.map((r) => r.id.split('/')[0]!))] }, outputFlag],
  args: [0, 0],
  async run(context) {
    const group = context.flags.string('group')
    const rules = allRules.filter((r) => group === '' || r.id.startsWith(`${group}/`))
    if (rules.length === 0) throw usage(`no rule is in group ${JSON.stringify(group)}`, `There are ${[...new Set(allRules.map((r) => r.id.split('/')[0]!))].join(', ')}.`)
    const told = () => rules.map(({ id, title, phase, severity }) => ({ id, title, phase, baseline: severity.baseline, production: severity.production }))
    if (!printStructured(context, told)) context.out.write(table([['RULE', 'BASELINE', 'PRODUCTION', 'WHAT MUST HOLD'], ...rules.map(({ id, title, severity }) => [id, severity.baseline, severity.production, title])]))
    return 0
  },
}

/** `pintle policy explain`: one rule. */
export const policyExplain: Command = {
  use: 'policy explain RULE [flags]',
  long: 'Says what a rule demands, why it exists, what to do about a violation, and what it does in each pack.',
  examples: 'pintle policy explain manifests/disruption-budget',
  flags: [outputFlag],
  args: [1, 1],
  async run(context) {
    let rule
    try {
      rule = requireRule(context.args[0]!, allRules)
    } catch (error) {
      throw error instanceof PintleError ? usage(error.message, error.hint) : error
    }
    const { id, title, phase, severity, reason, fix } = rule
    if (!printStructured(context, () => ({ id, title, phase, baseline: severity.baseline, production: severity.production, reason, fix }))) {
      context.out.write(`${context.out.style('bold', id)}\n${title}\n\nWhy: ${reason}\n\nWhat to do: ${fix}\n\nbaseline: ${severity.baseline}; production: ${severity.production}\n`)
    }
    return 0
  },
}
