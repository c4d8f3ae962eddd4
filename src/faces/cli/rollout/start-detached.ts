import type { Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { isEnded, readTarget, runnerJob, runnerLabels, runnerName } from '../../../delivery/rollout/index.ts'
import { minimalRoles, rightsOfRollout } from '../../../delivery/doctor/index.ts'
import { getRelease } from '../../../cluster/release/index.ts'
import type { CommandContext, Session } from '../command.ts'
import { usage, type FlagSpec } from '../flags.ts'
import { recordsFor } from '../records.ts'
import type { Found } from './find-rollout.ts'
import { followRollout } from './follow-rollout.ts'
import { endText, exitCodeOf } from './exit-code.ts'
import { rolloutScreen } from './rollout-screen.ts'

/** A Job of the cluster in place of this process. */
export const detachFlags: readonly FlagSpec[] = [
  { name: 'detach', type: 'bool', usage: 'where nobody runs it: start a Job in the cluster that does, instead of running it here' },
  { name: 'image', type: 'string', usage: "with --detach: image with Pintle in it, by digest (default: PINTLE_RUNNER_IMAGE)" },
  { name: 'env-from', type: 'strings', placeholder: 'SECRET', usage: 'with --detach: Secrets whose entries the Job gets as variables: credentials of providers of metrics' },
  { name: 'service-account', type: 'string', usage: 'with --detach: a service account that is there already; left out, one with the least rights is made' },
]

const fieldManager = 'pintle'

/**
 * Starts the Job that runs a rollout in the cluster, with an account that may do this and nothing else.
 * @returns the exit code
 */
export async function startDetached(context: CommandContext, session: Session, found: Found): Promise<number> {
  const { flags, out, signal, settings } = context
  const { stored: { journal } } = found
  const image = flags.string('image') || process.env.PINTLE_RUNNER_IMAGE || ''
  if (image === '') throw usage('which image does the Job run?', 'Name one that has `pintle` in it with --image, or in PINTLE_RUNNER_IMAGE.')
  if (!image.includes('@sha256:')) out.warn(`${image} is not pinned by its digest`)
  if (settings.driver === 'sql') throw usage('a Job cannot run it: release records are in a database', 'Run it here, without --detach.')
  const cluster = session.cluster.in(journal.namespace)
  const name = runnerName(journal)
  const own = flags.string('service-account') === ''
  const helpers = own ? await accountOf(context, session, found) : []
  for (const object of helpers) await cluster.apply(object, { fieldManager, force: true, signal })
  const job = await cluster.create(runnerJob({
    journal, image, account: own ? name : flags.string('service-account'), envFrom: flags.list('env-from'), since: new Date().toISOString(), ...(settings.driver !== '' && { env: { HELM_DRIVER: settings.driver } }),
  }), { fieldManager, signal, recognise: (stored) => stored.metadata.annotations?.['pintle.dev/rollout-id'] === journal.id })
  await goWith(cluster, job, helpers, signal)
  out.line(`Job ${journal.namespace}/${name} runs the rollout of ${journal.release}: pintle rollout status ${journal.release} -n ${journal.namespace} --watch`)
  if (!flags.bool('watch')) return 0
  const screen = rolloutScreen(out, flags.string('progress'))
  screen.show(journal)
  const { found: last } = await followRollout(found, { cluster, screen, timeout: 0, signal })
  const end = last.stored.journal
  screen.close({ journal: end, exitCode: exitCodeOf(end), message: endText(end) })
  out.line(endText(end))
  return isEnded(end) ? exitCodeOf(end) : 3
}

/** A service account with the least rights for this rollout. */
async function accountOf({ out, signal, settings }: CommandContext, session: Session, { stored: { journal } }: Found): Promise<KubeObject[]> {
  const { release, namespace, spec, from } = journal
  const cluster = session.cluster.in(namespace)
  const driver = recordsFor(session, namespace, settings.driver)
  const target = await readTarget(cluster, namespace, release, { signal })
  const { record } = await getRelease({ cluster, driver, namespace, name: release, version: from.revision, signal })
  const { needed, unknown } = await rightsOfRollout({
    cluster, release, namespace, spec, versions: [record, target.release], crds: target.settings.upgradeCrds ? target.crds.map((c) => c.text) : [], signal,
    records: driver.name === 'ConfigMap' ? 'configmaps' : 'secrets',
  })
  for (const kind of unknown) out.warn(`nobody knows ${kind}: the Job has no rights to it`)
  const name = runnerName(journal)
  const labels = runnerLabels(journal)
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } }
  return [account, ...minimalRoles(needed, name, { namespace, name }).map((role) => ({ ...(structuredClone(role) as unknown as KubeObject), metadata: { ...role.metadata, labels } }))]
}

/** What the Job needs goes when the Job goes. What is cluster-wide cannot be owned by it, and is named. */
async function goWith(cluster: Cluster, job: KubeObject, objects: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  const { name = '', uid = '' } = job.metadata
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }]
  for (const { apiVersion, kind, metadata } of objects) {
    if (metadata.namespace === undefined) continue
    await cluster.patch({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name! }, 'merge', { metadata: { ownerReferences } }, { fieldManager, signal })
  }
}
