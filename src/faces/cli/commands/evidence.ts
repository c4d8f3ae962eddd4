import { PintleError } from '../../../errors/index.ts'
import { anchoredHead, deployNote, readWhole, type EvidenceStore, type Filter, type Summary, type WholeRecord } from '../../../delivery/evidence/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { usage, type FlagSpec } from '../flags.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { planKeyFlag } from '../plan-key-flag.ts'
import { withSession } from '../session.ts'
import { shown } from '../shown.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

/** Which records: the flags that `list` and `export` share. */
export const filterFlags: readonly FlagSpec[] = [
  { name: 'service', type: 'string', usage: 'records of this service', completes: [] },
  { name: 'environment', short: 'e', type: 'string', usage: 'records of this environment', completes: [] },
  { name: 'outcome', type: 'string', usage: 'succeeded, failed, rolled-back, refused, unchanged or unverified', completes: ['succeeded', 'failed', 'rolled-back', 'refused', 'unchanged', 'unverified'] },
  { name: 'since', type: 'string', usage: 'from this time on: 2026-11-01, 2026-11-01T08:00:00Z', completes: [] },
  { name: 'until', type: 'string', usage: 'before this time', completes: [] },
]

export function filterOf({ flags }: CommandContext): Filter {
  const text = (name: string) => (flags.string(name) === '' ? undefined : flags.string(name))
  const time = (name: string) => {
    const value = text(name)
    if (value === undefined) return undefined
    if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value) || Number.isNaN(Date.parse(value))) throw usage(`--${name} ${JSON.stringify(value)} is no time`, 'Write 2026-11-01 or 2026-11-01T08:00:00Z.')
    return new Date(value).toISOString()
  }
  const filter = { service: text('service'), environment: text('environment'), outcome: text('outcome'), since: time('since'), until: time('until') }
  return Object.fromEntries(Object.entries(filter).filter(([, v]) => v !== undefined))
}

/** A record by its id or the beginning of it; the last one without. @throws PintleError evidence.notFound */
export async function recordOf(store: EvidenceStore, id: string | undefined): Promise<WholeRecord> {
  const found = await readWhole(store, id)
  if (found === undefined) throw new PintleError('evidence.notFound', id === undefined ? `there is no evidence in ${store.location}` : `no evidence of ${id} in ${store.location}`)
  return found
}

/** `pintle evidence list` */
export const evidenceList: Command = {
  use: 'evidence list [flags]',
  long: 'Lists the releases there is evidence of, oldest first.',
  examples: `pintle evidence list --service checkout-api -e prod --since 2026-11-01
pintle evidence list --outcome rolled-back -o json`,
  flags: [...evidenceFlags, ...filterFlags, outputFlag],
  globals: false,
  args: [0, 0],
  async run(context) {
    await withEvidence(context, async ({ store }) => {
      const rows: Omit<Summary, 'sequence' | 'about' | 'cluster'>[] = []
      for await (const { id, started, service, environment, namespace, release, operation, outcome, revision, operator } of store.list(filterOf(context))) rows.push({ id, started, service, environment, namespace, release, operation, outcome, revision, operator })
      if (printStructured(context, () => rows)) return
      context.out.write(table([['ID', 'STARTED', 'SERVICE', 'ENVIRONMENT', 'OUTCOME', 'REVISION', 'OPERATOR'], ...rows.map((r) => [r.id, r.started, r.service, r.environment, r.outcome, String(r.revision), r.operator].map(shown))]))
    })
    return 0
  },
}

/** `pintle evidence show` */
export const evidenceShow: Command = {
  use: 'evidence show [ID] [flags]',
  long: `Shows a record with everything that was added to it later; the last one when no ID is given. The beginning of an ID is enough.

As a table it is the deploy note, as \`pintle note\` prints it. --file prints one of the files that are kept with the record.`,
  examples: `pintle evidence show
pintle evidence show 20261121T0701 -o json
pintle evidence show 20261121T0701 --file diff.md`,
  flags: [...evidenceFlags, outputFlag, { name: 'file', type: 'string', usage: 'print this file of the record', completes: [] }],
  globals: false,
  args: [0, 1],
  completes: ['name'],
  async run(context) {
    await withEvidence(context, async ({ store }) => {
      const { record, addenda, stored } = await recordOf(store, context.args[0])
      const name = context.flags.string('file')
      if (name !== '') {
        const bytes = await store.file(record, name)
        if (bytes === undefined) throw new PintleError('evidence.notFound', `${record.id} has no file ${JSON.stringify(name)}`, { hint: `It has: ${Object.keys(record.files).join(', ') || 'none'}.` })
        context.out.write(Buffer.from(bytes).toString())
        return
      }
      const whole = { sequence: stored.sequence, hash: stored.hash, previous: stored.previous, record, addenda }
      if (!printStructured(context, () => whole)) context.out.write(deployNote(record, addenda, stored.hash))
    })
    return 0
  },
}

/** The heads noted beside the releases that the store has records of. */
async function clusterHeads(context: CommandContext, store: EvidenceStore): Promise<{ heads: string[]; without: string[] }> {
  return await withSession(context, async ({ cluster }) => {
    const uid = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, { signal: context.signal }))?.metadata.uid
    const releases = new Map<string, { namespace: string; release: string }>()
    for await (const { namespace, release, cluster: of } of store.list(uid === undefined ? {} : { cluster: uid })) if (of === uid) releases.set(`${namespace}/${release}`, { namespace, release })
    const heads = new Set<string>()
    const without: string[] = []
    for (const [name, of] of releases) {
      const head = await anchoredHead(cluster, of, { signal: context.signal })
      if (head === undefined) without.push(name)
      else heads.add(head)
    }
    return { heads: [...heads], without }
  })
}

/** `pintle evidence verify` */
export const evidenceVerify: Command = {
  use: 'evidence verify [flags]',
  long: `Recomputes every digest of the evidence and the chain over it, and walks from each record to what it rests on: the plan by its digest, what the plan says of the release, the approvals as they stood when it was
applied, the signatures of the record and of the statements about it. 'trust' of pintle.yaml says whose signatures count. Exit code 1 when anything was changed, removed or slipped in, or does not fit together.

Whoever can write the whole store can also write it anew, or cut off its end and what it remembers of it. That shows only against something kept elsewhere:
--expect-head takes the digest that was printed when a record was added (and that is kept in the release's namespace, with each sink, and in each event), --cluster asks the cluster for those of its releases; signed records cannot be written anew without the key.

--live compares the records of the current cluster with the revisions it keeps: that each was made by its plan and, with the plan's key, that the manifest is the planned one.`,
  examples: `pintle evidence verify
pintle evidence verify --expect-head sha256:4f0c... --require-signed
pintle evidence verify --cluster --live`,
  flags: [
    ...evidenceFlags, outputFlag, { name: 'expect-head', type: 'stringArray', usage: 'digest of a line that must be in the chain; can be repeated', completes: [] },
    { name: 'cluster', type: 'bool', usage: 'expect the heads that are noted beside the releases of the cluster' },
    { name: 'require-signed', type: 'bool', usage: 'a record that nobody trusted signed is a problem' },
    { name: 'live', type: 'bool', usage: 'compare with the revisions in the cluster' },
    { name: 'chain-only', type: 'bool', usage: 'check the store alone: no plans, approvals and signatures' },
    planKeyFlag,
  ],
  args: [0, 0],
  exclusive: [['chain-only', 'live'], ['chain-only', 'require-signed']],
  async run(context) {
    const { flags, out, signal } = context
    const expectHeads = [...flags.list('expect-head')]
    for (const head of expectHeads) if (!/^sha256:[0-9a-f]{64}$/.test(head)) throw usage(`--expect-head ${JSON.stringify(head)} is no digest`)
    const { trustAt, verifyTrails } = await import('../evidence-trails.ts')
    return await withEvidence(context, async ({ store }) => {
      if (flags.bool('cluster')) {
        const anchored = await clusterHeads(context, store)
        for (const release of anchored.without) out.note(`no head is noted beside ${release}`)
        expectHeads.push(...anchored.heads)
      }
      const found = await store.verify({ expectHeads, signal })
      const trust = trustAt(flags.string('config'))
      const trails = flags.bool('chain-only') ? undefined : flags.bool('live') ? await withSession(context, (session) => verifyTrails(context, store, trust, session)) : await verifyTrails(context, store, trust, undefined)
      const unsigned = trails !== undefined && flags.bool('require-signed') ? trails.records - trails.signed : 0
      const problems = [...found.problems, ...(trails?.problems ?? []).map(({ sequence, id, problem }) => ({ sequence, problem: `${id}: ${problem}` })), ...(unsigned > 0 ? [{ sequence: 0, problem: `${unsigned} records are not signed by anybody trusted` }] : [])]
      if (!printStructured(context, () => ({ ...found, problems, ...(trails && { trails }) }))) {
        for (const p of problems) out.line(shown(p.sequence > 0 ? `record ${p.sequence}: ${p.problem}` : p.problem))
        for (const n of found.notes) out.line(`note: ${n}`)
        for (const [note, times] of Object.entries(trails?.notes ?? {})) out.line(shown(`note: ${note} (${times} ${times === 1 ? 'record' : 'records'})`))
        out.line(`${found.entries} entries, ${found.blobs} files, ${problems.length} problems${found.head ? `; head ${found.head.hash}` : ''}`)
        if (trails !== undefined) out.line(`${trails.records} records: ${trails.planned} with their plan, ${trails.approved} approved, ${trails.signed} signed`)
      }
      return problems.length === 0 ? 0 : 1
    })
  },
}
