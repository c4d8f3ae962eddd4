import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { SchemaLibrary, checkChart, findingText, lintChart, placedText, type CheckChartOptions, type Finding, type LintOptions, type ObjectsReport } from '../../../charts/checks/index.ts'
import { loadChart, parseKubeVersion } from '../../../charts/chart/index.ts'
import { compareStrings } from '../../../language/go/index.ts'
import { userValues } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { contextNamespace } from '../context-namespace.ts'
import { valueFlags } from '../flag-sets.ts'
import { helmLog } from '../helm-log.ts'
import { printLintReport, type LintedChart } from '../lint-report.ts'

/** `pintle lint`: examines charts by Helm's rules. Upstream: pkg/cmd/lint.go, pkg/action/lint.go. */
export const lint: Command = {
  use: 'lint PATH [flags]',
  long: `Examines charts, as folders or archives, and tells what will keep them from being installed ([ERROR]) and what breaks
with convention or recommendation ([WARNING]).

Beyond Helm's rules, Pintle renders the chart as for a cluster of --kube-version and validates every object against the
schemas of that version and of the chart's own definitions, names API versions that end, values that no template reads, and
reads that no default provides. Called as helm, it leaves all this out.`,
  examples: `pintle lint ./charts/shop -f values-prod.yaml
pintle lint ./charts/* --strict
pintle lint ./charts/shop --kube-version 1.34 -o sarif > lint.sarif`,
  flags: [
    { name: 'strict', type: 'bool', usage: 'warnings are failures, too' },
    { name: 'with-subcharts', type: 'bool', usage: 'examine the subcharts as well' },
    { name: 'quiet', type: 'bool', usage: 'print warnings and errors only' },
    { name: 'skip-schema-validation', type: 'bool', usage: "do not check values against the chart's schema" },
    { name: 'kube-version', type: 'string', usage: 'Kubernetes version for .Capabilities, for deprecated APIs and for schemas of objects' },
    { name: 'schema-location', type: 'stringArray', usage: 'where JSON schemas of custom resources lie: a folder, or a path with {{ .Group }}, {{ .ResourceKind }}, {{ .ResourceAPIVersion }}' },
    { name: 'cluster-schemas', type: 'bool', usage: 'take the definitions of custom resources from the cluster, after those of the chart' },
    { name: 'strict-schemas', type: 'bool', usage: 'objects of kinds without a schema are errors' },
    { name: 'ignore', type: 'strings', usage: "leave out findings of these rules: 'values/unused', or all of a group: 'values'" },
    { name: 'helm-rules', type: 'bool', usage: "Helm's rules only" },
    { name: 'output', short: 'o', type: 'string', placeholder: 'format', default: 'text', usage: 'output format: text, json, sarif', completes: ['text', 'json', 'sarif'] },
    ...valueFlags,
  ],
  args: [1, Number.POSITIVE_INFINITY],
  async run(context) {
    const { args, flags, settings, signal } = context
    const values = await userValues(context)
    // Templates and schemas quote the values they break on.
    const out = await context.out.discreet()
    const options: LintOptions = {
      signal,
      ...kubeVersion(flags.string('kube-version')),
      values,
      namespace: await contextNamespace(settings),
      skipSchemaValidation: flags.bool('skip-schema-validation'),
      ...helmLog(out),
    }
    const paths = flags.bool('with-subcharts') ? [...args, ...args.flatMap(subcharts)] : args
    const quiet = flags.bool('quiet')
    const format = flags.string('output')
    if (!['text', 'json', 'sarif'].includes(format)) throw new PintleError('usage', `invalid format type ${JSON.stringify(format)}`, { hint: 'There are text, json and sarif.' })
    const own = !out.plain && !flags.bool('helm-rules')
    const library = own ? await SchemaLibrary.load() : undefined
    const definitions = own && flags.bool('cluster-schemas') ? await (await import('../cluster-definitions.ts')).clusterDefinitions(context) : []
    const charts: LintedChart[] = []
    let failed = 0
    let suspicious = 0
    for (const path of paths) {
      const result = await lintChart(path, options)
      const report = library !== undefined && !(result instanceof Error) ? await ownFindings(path, result, context, options, { library, definitions }) : undefined
      const findings = result instanceof Error ? [] : [...result, ...(report?.findings ?? [])].filter((f) => !ignored(f, flags.list('ignore')))
      const bad = result instanceof Error || findings.some((f) => fails(f, flags.bool('strict')))
      const worthTelling = bad || findings.some((f) => f.severity !== 'info')
      if (bad) failed++
      charts.push({ path, failed: bad, findings, ...(result instanceof Error ? { error: result.message } : {}), ...(report === undefined ? {} : { objects: report.counts }) })
      if (worthTelling) suspicious++
      else if (quiet) continue
      if (format !== 'text') continue
      out.line(`==> Linting ${path}`)
      if (result instanceof Error) out.line(`Error ${result.message}`)
      for (const finding of findings) if (!quiet || finding.severity !== 'info') out.line(finding.rule.startsWith('helm/') ? findingText(finding) : placedText(finding))
      out.line()
    }
    if (format !== 'text') {
      printLintReport(out, format, charts)
      return failed > 0 ? 1 : 0
    }
    const summary = `${paths.length} chart(s) linted, ${failed} chart(s) failed`
    if (failed > 0) throw new PintleError('chart.lint', summary)
    if (!quiet || suspicious > 0) out.line(summary)
    return 0
  },
}

/** What Pintle finds beyond Helm's rules; what both say, Helm's rules say. */
async function ownFindings(path: string, helm: readonly Finding[], { flags, signal }: CommandContext, { values, namespace }: LintOptions, known: Pick<CheckChartOptions, 'library' | 'definitions'>): Promise<ObjectsReport | undefined> {
  let chart
  try {
    chart = await loadChart(path, { signal })
  } catch (error) {
    // Said by Helm's rules.
    if (isPintleError(error)) return undefined
    throw error
  }
  const report = await checkChart(chart, {
    ...(flags.string('kube-version') === '' ? {} : { kubernetesVersion: flags.string('kube-version') }),
    ...(values === undefined ? {} : { values }), ...(namespace === undefined ? {} : { namespace }),
    schemaLocations: flags.list('schema-location'), strictSchemas: flags.bool('strict-schemas'), ...known, signal,
  })
  const broken = helm.some((f) => f.severity === 'error' && f.path.startsWith('templates/'))
  const deprecated = new Set(helm.filter((f) => f.rule === 'helm/deprecated-api').map((f) => f.path))
  return { ...report, findings: report.findings.filter((f) => !(broken && f.rule === 'schema/not-rendered') && !(f.rule === 'api/deprecated' && deprecated.has(f.path))) }
}

const ignored = ({ rule }: Finding, names: readonly string[]): boolean => names.some((name) => rule === name || rule.startsWith(`${name}/`))

const fails = ({ severity }: Finding, strict: boolean): boolean => severity === 'error' || (strict && severity === 'warning')

function kubeVersion(text: string): Pick<LintOptions, 'kubeVersion'> {
  if (text === '') return {}
  try {
    return { kubeVersion: parseKubeVersion(text) }
  } catch (error) {
    throw new PintleError('usage', `invalid kube version '${text}': ${(error as Error).message}`)
  }
}

/** The charts below charts/, as folders and archives, in the order of filepath.Walk; links are not followed. */
function subcharts(path: string): string[] {
  const found: string[] = []
  const walk = (folder: string): void => {
    let names
    try {
      names = readdirSync(folder).sort(compareStrings)
    } catch {
      return
    }
    for (const name of names) {
      const entry = join(folder, name)
      if (name === 'Chart.yaml') found.push(folder)
      else if (entry.endsWith('.tgz') || entry.endsWith('.tar.gz')) found.push(entry)
      if (lstatSync(entry, { throwIfNoEntry: false })?.isDirectory()) walk(entry)
    }
  }
  walk(join(path, 'charts'))
  return found
}
