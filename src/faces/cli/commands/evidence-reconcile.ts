import { reconcile, type Difference } from '../../../delivery/evidence/index.ts'
import { recordKey } from '../../../cluster/release/index.ts'
import type { Command, Session } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { printStructured } from '../structured.ts'
import { shown } from '../shown.ts'
import { withSession } from '../session.ts'
import { table } from '../table.ts'

/** Who made so many unrecorded revisions is asked; of more it is not. */
const mostAsked = 500

/** `pintle evidence reconcile` */
export const evidenceReconcile: Command = {
  use: 'evidence reconcile [flags]',
  long: `Compares the release history of the cluster with the evidence: lists revisions that nobody left a record of, with what made them as far as the cluster knows (field managers,
the revision's description); revisions on record that are not there; releases that are gone without a record of their removal. Revisions that the limit of the history removed are no
difference.

Exit code 0 when everything fits, 2 when something differs, 1 when it could not be compared.`,
  examples: `pintle evidence reconcile -n shop
pintle evidence reconcile -A -o json`,
  flags: [...evidenceFlags, outputFlag, { name: 'all-namespaces', short: 'A', type: 'bool', usage: 'of all namespaces' }],
  args: [0, 0],
  async run(context) {
    const { flags, out, signal } = context
    const allNamespaces = flags.bool('all-namespaces')
    return await withEvidence(context, ({ store }) => withSession(context, async (session) => {
      const { cluster, records, namespace } = session
      const uid = (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, { signal }))?.metadata.uid ?? ''
      const stored = await records.list({ owner: 'helm' }, { signal, allNamespaces })
      const live = stored.map((s) => ({ namespace: s.identity.namespace, release: s.name, revision: s.version, status: s.status }))
      const { matched, differences } = await reconcile(store, live, { cluster: uid, ...(allNamespaces ? {} : { namespace }) })
      let asked = 0
      const told: (Difference & { description?: string; at?: string; by?: string })[] = []
      for (const d of differences) {
        const of = d.kind === 'unrecorded' && asked++ < mostAsked ? stored.find((s) => s.identity.namespace === d.namespace && s.name === d.release && s.version === d.revision) : undefined
        told.push({ ...d, ...(of === undefined ? {} : { description: of.readable?.info.description ?? '', at: of.identity.createdAt ?? '', by: await managersOf(session, d, signal) }) })
      }
      if (!printStructured(context, () => ({ matched, differences: told }))) {
        if (told.length > 0) out.write(table([['NAMESPACE', 'RELEASE', 'REVISION', 'DIFFERENCE', 'BY', 'DESCRIPTION'], ...told.map((d) => [d.namespace, d.release, String(d.revision), words[d.kind], d.by ?? '', d.description ?? ('record' in d ? `record ${d.record}` : '')].map(shown))], undefined, 80))
        out.line(`${matched} revisions have their record, ${differences.length} differences`)
      }
      return differences.length === 0 ? 0 : 2
    }))
  },
}

const words: Readonly<Record<Difference['kind'], string>> = { unrecorded: 'no record', missing: 'on record, not in the cluster', gone: 'release is gone, its removal is not on record' }

/** Names of the field managers of the object that holds a revision: `helm`, `pintle`, `kubectl-edit`. */
async function managersOf({ cluster, records }: Session, { namespace, release, revision }: Difference, signal: AbortSignal): Promise<string> {
  if (records.name !== 'Secret' && records.name !== 'ConfigMap') return ''
  const object = await cluster.get({ apiVersion: 'v1', kind: records.name, namespace, name: recordKey(release, revision) }, { signal }).catch(() => undefined)
  return [...new Set((object?.metadata.managedFields ?? []).map((f: { manager?: unknown }) => String(f.manager ?? '')))].filter(Boolean).join(', ')
}
