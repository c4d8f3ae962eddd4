import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { loadChart, type Chart, type Table } from '../../../charts/chart/index.ts'
import { renderChart, type Rendered } from '../../../charts/render/index.ts'
import { confidences, scanChart, scanChartFile, scanFile, scanRendered, scanTable, scanYaml, trackedFindings, type Confidence, type Scan, type SecretFinding } from '../../../delivery/secret-scan/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { locateChart, userValues } from '../chart-args.ts'
import type { Command, CommandContext } from '../command.ts'
import { chartFlags, valueFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { indexedFiles, largestBlob } from '../git-files.ts'
import { printSecretReport } from '../secret-report.ts'
import { readText, scanTargets, textOf } from '../secret-targets.ts'
import { readValueFiles } from '../value-files.ts'

/** `pintle secrets scan` */
export const secretsScan: Command = {
  use: 'secrets scan [PATH|CHART...] [flags]',
  long: `Looks for secrets in plain text: in the files of a folder or chart (values above all), in the values of -f and --set, and in what charts render:
ConfigMaps and the files in them, env, args and commands, annotations, custom resources, and Secrets made from a literal. With --git also for files that should not
be in Git: decrypted ones, files that SOPS encrypts partly, kubeconfigs, keys. Credentials are known by their form and check digits, or by a name with a literal value,
in base64 and hexadecimal, too. No part of a value is ever printed.

PATH is a file, a folder (charts in it are rendered with their defaults), or a chart as for 'pintle template'; without one it is the current folder.
A line may hold a secret when it says why, on itself or the line above: # pintle:allow-secret REASON

Exit codes: 0 nothing found, 1 failed or a chart could not be rendered, 5 there are secrets that are certain or likely.`,
  examples: `pintle secrets scan
pintle secrets scan ./charts/shop -f values-prod.yaml -o sarif > secrets.sarif
pintle secrets scan --git --no-render
pintle secrets scan --staged        # in .git/hooks/pre-commit`,
  flags: [
    { name: 'rendered', type: 'bool', usage: 'only what charts render' },
    { name: 'no-render', type: 'bool', usage: 'only files: render no chart' },
    { name: 'git', type: 'bool', usage: 'only files that Git tracks, and those of them that should not be there' },
    { name: 'staged', type: 'bool', usage: 'only what the next commit would change; renders nothing' },
    { name: 'min-confidence', type: 'string', default: 'likely', choices: ['certain', 'likely', 'possible'], usage: 'least confidence that is shown: certain, likely, possible' },
    { name: 'output', short: 'o', type: 'string', placeholder: 'format', default: 'text', choices: ['text', 'json', 'sarif'], usage: 'output format: text, json, sarif' },
    ...valueFlags, ...chartFlags,
  ],
  args: [0, Number.POSITIVE_INFINITY],
  exclusive: [['rendered', 'no-render', 'staged'], ['git', 'staged'], ['rendered', 'git']],
  async run(context) {
    const run = new SecretScan(context)
    const { flags, out } = context
    const least = flags.string('min-confidence') as Confidence
    if (!confidences.includes(least)) throw usage(`unknown confidence ${JSON.stringify(least)}`)
    await run.values()
    for (const arg of context.args.length === 0 ? ['.'] : context.args) {
      if (flags.bool('git') || flags.bool('staged')) await run.index(arg)
      else await run.path(arg)
    }
    const refused = printSecretReport(out, flags.string('output'), run, least)
    return refused ? 5 : run.failed ? 1 : 0
  },
}

class SecretScan {
  readonly findings: SecretFinding[] = []
  readonly notes: string[] = []
  charts = 0
  files = 0
  /** Not all could be looked at. */
  failed = false
  readonly #context: CommandContext
  readonly #known = new Map<string, string>()
  #values: Table = new Map()

  constructor(context: CommandContext) {
    this.#context = context
  }

  /** The values of the command line. */
  async values(): Promise<void> {
    const { flags, signal } = this.#context
    const files = flags.list('values')
    for (const { file, bytes, isScript } of await readValueFiles(files, { signal })) this.#take(scanYaml(shown(file), Buffer.from(bytes).toString(), { unplaced: isScript }), 1)
    this.#values = await userValues(this.#context)
    this.findings.push(...scanTable('(flags)', await userValues(this.#context, { valueFiles: [] })))
  }

  async path(arg: string): Promise<void> {
    if (!existsSync(arg)) {
      await this.#chart(await locateChart(arg, this.#context), arg)
      return
    }
    const { charts, files, notes } = scanTargets(arg)
    this.notes.push(...notes)
    for (const chart of charts) await this.#chart(chart, chart)
    if (!this.#context.flags.bool('rendered')) for (const file of files) this.#file(shown(file), readText(file))
  }

  /** What Git has of a folder. */
  async index(folder: string): Promise<void> {
    const { flags, signal } = this.#context
    const texts = new Map<string, string | undefined>()
    for await (const { path, bytes } of indexedFiles(resolve(folder), flags.bool('staged'), signal)) {
      if (bytes === undefined) this.notes.push(`${path}: no file, or larger than ${largestBlob / 1024 / 1024} MiB`)
      texts.set(path, bytes === undefined ? undefined : textOf(bytes)?.text)
    }
    const paths = [...texts.keys()]
    const charts = new Set(paths.filter((p) => /(?:^|\/)Chart\.yaml$/.test(p)).map((p) => p.slice(0, -'Chart.yaml'.length)))
    for (const [path, text] of texts) if (text !== undefined) this.#file(shown(join(folder, path)), { text }, nameInChart(path, charts))
    this.findings.push(...trackedFindings(paths, (path) => texts.get(path)).map((f) => ({ ...f, file: shown(join(folder, f.file)) })))
    if (!flags.bool('staged') && !flags.bool('no-render')) for (const chart of scanTargets(folder).charts) await this.#chart(chart, chart, true)
  }

  /** @param inChart its name in the chart it belongs to */
  #file(name: string, content: ReturnType<typeof readText>, inChart?: string): void {
    if (content === undefined) return
    if ('note' in content) {
      this.notes.push(content.note)
      return
    }
    this.#take(inChart === undefined ? scanFile(name, content.text) : scanChartFile(name, inChart, content.text), 1)
    if (/\.m?[tj]s$/.test(name)) this.notes.push(`${name}: a program; of it only credentials with a form of their own, of the values it gives with -f all`)
  }

  async #chart(path: string, label: string, renderedOnly = false): Promise<void> {
    const { flags, signal } = this.#context
    this.#context.signal.throwIfAborted()
    let chart: Chart
    try {
      chart = await loadChart(path, { signal })
    } catch (error) {
      if (!isPintleError(error)) throw error
      this.#fail(label, 'is no chart that can be loaded')
      return
    }
    this.charts++
    const name = shown(label)
    if (!renderedOnly && !flags.bool('rendered')) for (const scan of scanChart(chart, name === '' ? '' : `${name}/`)) this.#take(scan, 1)
    if (flags.bool('no-render') || chart.isLibrary) return
    let rendered: Rendered
    try {
      rendered = renderChart(chart, { release: { name: 'release-name', namespace: this.#context.settings.namespace || 'default' }, values: this.#values, trace: true })
    } catch (error) {
      if (!isPintleError(error)) throw error
      // Its message may quote values.
      this.#fail(label, `could not be rendered (${error.code}${error.place === undefined ? '' : `, ${error.place.file}:${error.place.line ?? 1}`}); \`pintle template\` says why`)
      return
    }
    this.#take(scanRendered(rendered, { values: this.#values, known: this.#known }), 0)
  }

  #fail(label: string, why: string): void {
    this.failed = true
    this.notes.push(`${label} ${why}`)
  }

  #take({ findings, allowed, notes }: Scan, files: number): void {
    this.findings.push(...findings)
    for (const [secret, reason] of allowed) this.#known.set(secret, reason)
    this.notes.push(...notes)
    this.files += files
  }
}

/** The name of a file in the innermost chart around it. */
function nameInChart(path: string, charts: ReadonlySet<string>): string | undefined {
  for (let end = path.lastIndexOf('/') + 1; ; end = path.lastIndexOf('/', end - 2) + 1) {
    if (charts.has(path.slice(0, end))) return path.slice(end)
    if (end === 0) return undefined
  }
}

/** A path as a person names it. */
function shown(path: string): string {
  const from = relative(process.cwd(), resolve(path))
  return (from.startsWith('..') ? path : from).replaceAll('\\', '/')
}
