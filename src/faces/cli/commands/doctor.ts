import { relative } from 'node:path'
import { HttpClient } from '../../../charts/http/index.ts'
import { renderChart } from '../../../charts/render/index.ts'
import { clusterConfig, type ClusterConfig } from '../../../cluster/kube/index.ts'
import { manifestObjects } from '../../../cluster/release/index.ts'
import { examine, minimalRoles, operations, rightsOfRelease, type Examination, type ExamineOptions, type Operation, type PlannedRelease, type StagedParts } from '../../../delivery/doctor/index.ts'
import { crdFiles, imagesOf, loadPolicy, pin, readPlanKey, renderForCluster, type PlanKey } from '../../../delivery/plan/index.ts'
import type { Policy } from '../../../delivery/policy/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { marshalPlain } from '../../../language/yaml/index.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { doctorMarkdown, doctorText } from '../doctor-report.ts'
import { chartFaultOf, subjectOf, type Subject } from '../doctor-subject.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { chartFlags, valueFlags, projectFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { openSession } from '../session.ts'
import { overridesOf, packOf, policyFlags } from '../policy-flags.ts'
import { printStructured } from '../structured.ts'
import { expectedOf, gatherOptions, processFacts } from '../target-facts.ts'
import { versions } from '../versions.ts'

/** `pintle doctor`: what stands in the way of a release. */
export const doctor: Command = {
  use: 'doctor [SERVICE] [CHART] [flags]',
  long: `Looks at everything a release depends on before it is made, and changes nothing: the stack (GitOps, serverless, kustomize), context and cluster, namespace,
server version, rights, the state of the release and who works on it, open incidents, the checklist, quotas, monitoring, credentials.

SERVICE is a service of pintle.yaml; with a CHART everything comes from flags. In a folder without pintle.yaml the stack alone is examined. What could not be looked
at, for want of a cluster or of rights, is unknown; that is never the same as ok.

--role prints the least Role (and ClusterRole, for what is cluster-wide) with which Pintle can do the operations of --for to this release, and nothing else; it needs no
cluster unless the chart uses kinds that neither Kubernetes nor the chart defines.

Exit codes: 0 nothing stops a release, 5 something does, 1 it could not be found out.`,
  examples: `pintle doctor checkout-api -e prod
pintle doctor checkout-api -e prod -o markdown
pintle doctor checkout-api -e prod --role --service-account ci/deployer | kubectl apply -f -
pintle doctor shop ./charts/shop -n shop`,
  flags: [
    ...projectFlags,
    { name: 'role', type: 'bool', usage: 'print the least roles instead' },
    { name: 'service-account', type: 'string', placeholder: '[NAMESPACE/]NAME', usage: 'with --role: bind the roles to this service account' },
    { name: 'for', type: 'strings', usage: `operations the rights are for (default all: ${operations.join(', ')})`, completes: [...operations] },
    { name: 'create-namespace', type: 'bool', usage: 'the release makes its namespace' },
    { name: 'checked', type: 'stringArray', usage: 'an item of the checklist that is done; can be repeated' },
    { name: 'break-glass', type: 'string', placeholder: 'REASON', usage: 'this is an emergency: why' },
    ...policyFlags.filter((f) => ['pack', 'override', 'override-expires'].includes(f.name)), evidenceFlag, ...valueFlags, ...chartFlags,
    { name: 'output', short: 'o', type: 'string', default: 'table', usage: 'prints the output in the specified format. Allowed values: table, json, yaml, markdown', completes: ['table', 'json', 'yaml', 'markdown'] },
  ],
  args: [0, 2],
  interrupts: 'stop',
  async run(context) {
    const { flags } = context
    if (!['table', 'json', 'yaml', 'markdown'].includes(flags.string('output'))) throw usage(`invalid argument ${JSON.stringify(flags.string('output'))} for "-o, --output" flag: invalid format type`)
    const wanted = flags.list('for')
    const wrong = wanted.find((o) => !(operations as readonly string[]).includes(o))
    if (wrong !== undefined) throw usage(`--for ${wrong}: no such operation`, `There are: ${operations.join(', ')}.`)
    const visit = new Visit(context, wanted.length === 0 ? operations : (wanted as Operation[]))
    return flags.bool('role') ? await visit.role() : await visit.examine()
  },
}

type Opened = Session | { readonly why: string; readonly none: 'context' | 'answer' }

/** One visit: finds the cluster and the chart, as far as they are there. */
class Visit {
  readonly #context: CommandContext
  readonly #operations: readonly Operation[]
  readonly #now = new Date()
  readonly #subject: Subject

  constructor(context: CommandContext, wanted: readonly Operation[]) {
    const subject = subjectOf(context)
    const { settings } = context
    this.#operations = wanted
    this.#subject = subject
    this.#context = { ...context, settings: { ...settings, namespace: settings.namespace || subject.namespace || '', kubeContext: settings.kubeContext || subject.settings?.kubeContext || '' } }
  }

  async examine(): Promise<number> {
    const session = await this.#open()
    const http = new HttpClient({ env: process.env, userAgent: `pintle/${versions.pintle}`, patience: 2000 })
    try {
      const found = await examine(await this.#options(session, http))
      await this.#print(found)
      return found.stop ? 5 : 0
    } finally {
      http.close()
      if ('cluster' in session) await session.close()
    }
  }

  async role(): Promise<number> {
    const { flags, out } = this.#context
    if (this.#subject.service === '') throw usage('which service?', 'Name a service of pintle.yaml, or a release and its chart.')
    const session = await this.#open()
    const cluster = 'cluster' in session ? session : undefined
    try {
      const { planned } = await this.#render(cluster)
      const namespace = this.#namespace(cluster)
      const { needed, unknown } = await rightsOfRelease({
        ...(cluster && { cluster: cluster.cluster }), release: this.#subject.service, namespace, operations: this.#operations, manifests: [planned.manifest], hooks: planned.hooks, crds: planned.crds,
        createNamespace: flags.bool('create-namespace'), records: cluster?.records.name === 'ConfigMap' ? 'configmaps' : 'secrets', signal: this.#context.signal,
      })
      for (const kind of unknown) out.warn(`nobody knows ${kind}: its rights are missing; run this where the cluster can be asked`)
      const [at, name] = flags.string('service-account').split('/').length > 1 ? flags.string('service-account').split('/', 2) as [string, string] : [namespace, flags.string('service-account')]
      const roles = minimalRoles(needed, `pintle-${namespace}-${this.#subject.service}`, name === '' ? undefined : { namespace: at, name })
      out.write(roles.map((role) => marshalPlain(role)).join('---\n'))
      return unknown.length > 0 ? 1 : 0
    } finally {
      await cluster?.close()
    }
  }

  /** The cluster, or why there is none. */
  async #open(): Promise<Opened> {
    const { settings, signal } = this.#context
    const direct = settings.sandbox || settings.driver === 'memory'
    const config = direct ? undefined : this.#config()
    // Without a word about a cluster, Helm's tools try a port of this machine.
    if (!direct && (config === undefined || (config.context === undefined && config.token === undefined && config.server === 'http://localhost:8080'))) return { none: 'context', why: this.#configFault ?? 'there is no Kubernetes context' }
    try {
      return await openSession(this.#context)
    } catch (error) {
      signal.throwIfAborted()
      if (!isPintleError(error) || !error.code.startsWith('kube.')) throw error
      return { none: 'answer', why: error.message.split('\n')[0]! }
    }
  }

  #configFault: string | undefined

  #config(): ClusterConfig | undefined {
    try {
      return clusterConfig(connectOptions(this.#context.settings))
    } catch (error) {
      if (!isPintleError(error, 'kube.config')) throw error
      this.#configFault = error.message.split('\n')[0]!
      return undefined
    }
  }

  #namespace(session: Session | undefined): string {
    return session?.namespace ?? (this.#context.settings.namespace || this.#config()?.namespace || 'default')
  }

  async #options(session: Opened, http: HttpClient): Promise<ExamineOptions> {
    const { settings, signal } = this.#context
    const subject = this.#subject
    const cluster = 'cluster' in session ? session : undefined
    const config = settings.sandbox || settings.driver === 'memory' ? undefined : this.#config()
    const expected = expectedOf(subject)
    const place = { namespace: this.#namespace(cluster), namespaceExplicit: settings.namespace !== '', expected }
    let planned: PlannedRelease | undefined
    let parts: StagedParts | undefined
    let chartFault: string | undefined
    if (subject.service !== '') {
      try {
        ;({ planned, parts } = await this.#render(cluster))
      } catch (error) {
        chartFault = chartFaultOf(error)
      }
    }
    const { lastDrill: drill, ...process } = await processFacts(this.#context, subject, parts, { drill: true, simulated: cluster?.simulated === true })
    return {
      environment: subject.environment, service: subject.service, now: this.#now, run: subject.run, folder: subject.folder, hasChart: subject.hasChart, chartFault, config, policy: await this.#policy(), signal,
      process: { ...process, ...(drill !== undefined && { rollback: { target: 0, steps: [], reversible: true, lastDrill: drill } }) },
      target: cluster === undefined
        ? { ...(session as Exclude<Opened, Session>), ...place, context: config?.context ?? '' }
        : gatherOptions(this.#context, cluster, subject, { namespace: place.namespace, planned, operations: this.#operations, http, createNamespace: this.#context.flags.bool('create-namespace') }),
    }
  }

  #policy(): Promise<Policy> {
    const { flags } = this.#context
    const { policy: settings, folder: base, environment, service } = this.#subject
    const pack = packOf(flags)
    return loadPolicy({ settings, base, environment, service, now: this.#now, overrides: overridesOf(flags, this.#now), ...(pack && { pack }) })
  }

  async #render(session: Session | undefined): Promise<{ planned: PlannedRelease; parts: StagedParts }> {
    const { chart, values, target, contents } = await this.#subject.load()
    const release = { name: this.#subject.service, namespace: this.#namespace(session), revision: 1, isUpgrade: false }
    const { signal } = this.#context
    const rendered = session === undefined ? renderChart(chart, { release, values }) : (await renderForCluster({ chart, values, cluster: session.cluster, signal }, release)).rendered
    const pinned = pin(chart, contents.map(({ file, bytes }) => ({ path: relative(target.base, file), bytes })), { pintle: versions.pintle, helm: versions.helm }, target.fetched)
    const key = planKey()
    const objects = [rendered.manifest, ...rendered.hooks.map((h) => h.manifest)].flatMap(manifestObjects)
    return {
      planned: { chart: chart.metadata.name, manifest: rendered.manifest, hooks: rendered.hooks, crds: crdFiles(chart).map((c) => c.text) },
      parts: { chart: pinned.chart.digest, images: imagesOf(objects), values: pinned.values.map(({ path, digest }, i) => ({ path, digests: [digest, ...(key === undefined ? [] : [key.digest(contents[i]!.bytes)])] })) },
    }
  }

  async #print({ checks, stop, facts }: Examination): Promise<void> {
    const { flags } = this.#context
    // Why a chart cannot be rendered may quote a value.
    const out = await this.#context.out.discreet()
    const { service, environment } = this.#subject
    const data = () => ({
      service, environment, context: facts.target?.context ?? '', namespace: facts.target?.namespace ?? '', cluster: facts.target?.clusterUid ?? '', stop,
      checks: checks.map(({ id, status, messages, fix }) => ({ id, status, messages, ...(fix !== undefined && { fix }) })),
    })
    if (printStructured({ flags, out }, data)) return
    const title = [service || 'This folder', environment && `in ${environment}`].filter(Boolean).join(' ')
    out.write(flags.string('output') === 'markdown' ? doctorMarkdown(title, checks) : doctorText(checks, out))
  }
}

/** Records hold digests that are keyed with it. */
function planKey(): PlanKey | undefined {
  try {
    return readPlanKey({})
  } catch (error) {
    if (isPintleError(error, 'plan.key')) return undefined
    throw error
  }
}
