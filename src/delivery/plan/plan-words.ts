import type { Rendered } from '../../charts/render/index.ts'
import type { ChangeSet } from '../../cluster/diff/index.ts'
import type { PlannedRelease } from './plan-file.ts'

/** A definition of crds/ that is made or changed. */
export interface CrdChange {
  readonly action: 'add' | 'change'
  readonly kind: string
  readonly name: string
  /** What nobody could look at. */
  readonly notes: readonly string[]
}

/** What applying does, in order, in words. */
export function operationsOf(rendered: Pick<Rendered, 'hooks' | 'manifests'>, changes: ChangeSet, facts: { upgrading: boolean; createNamespace: boolean; crds: readonly CrdChange[]; namespace: string }): string[] {
  const { upgrading } = facts
  const out: string[] = facts.crds.map(({ action, kind, name, notes }) => `${action === 'add' ? 'create' : 'change'} ${kind}/${name}, and wait until it is established${notes.map((note) => `; ${note}`).join('')}`)
  if (facts.createNamespace) out.push(`create Namespace/${facts.namespace}`)
  out.push(upgrading ? 'store the new revision as pending-upgrade' : 'store the revision as pending-install')
  const hooks = (event: string) => rendered.hooks.filter((h) => h.events.includes(event as never)).sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : 1))
  const verb = upgrading ? 'upgrade' : 'install'
  for (const h of hooks(`pre-${verb}`)) out.push(`run hook ${h.kind}/${h.name} (pre-${verb}, weight ${h.weight})`)
  const order = new Map(rendered.manifests.map((m, i) => [`${m.kind}/${m.name}`, i]))
  const applied = changes.objects.filter((o) => (o.action === 'add' || o.action === 'change') && !facts.crds.some((c) => c.kind === o.kind && c.name === o.name)).sort((a, b) => (order.get(`${a.kind}/${a.name}`) ?? 0) - (order.get(`${b.kind}/${b.name}`) ?? 0))
  for (const o of applied) out.push(`${o.action === 'add' ? 'create' : 'change'} ${o.kind}/${o.name}`)
  for (const o of changes.objects.filter((c) => c.action === 'remove')) out.push(`delete ${o.kind}/${o.name}`)
  out.push('wait until everything is ready')
  for (const h of hooks(`post-${verb}`)) out.push(`run hook ${h.kind}/${h.name} (post-${verb}, weight ${h.weight})`)
  out.push('store the revision as deployed')
  return out
}

/** How to go back, and whether that undoes everything. */
export function rollbackOf(name: string, namespace: string, target: number, hooks: Rendered['hooks'], crds: readonly CrdChange[]): PlannedRelease['rollback'] {
  const jobs = hooks.filter((h) => h.events.some((e) => /^(pre|post)-(install|upgrade)$/.test(e)))
  const redefined = crds.filter((c) => c.action === 'change')
  const whys = [
    ...(jobs.length === 0 ? [] : [`hooks change what no rollback undoes: ${jobs.map((h) => `${h.kind}/${h.name}`).join(', ')}`]),
    ...(redefined.length === 0 ? [] : [`a rollback leaves definitions as they are by then: ${redefined.map((c) => c.name).join(', ')}`]),
  ]
  const undone = whys.length === 0 ? { reversible: true } : { reversible: false, why: whys.join('; ') }
  if (target === 0) return { target, steps: [`\`pintle uninstall ${name} -n ${namespace} --wait\` removes the release: there was none before.`], ...undone }
  return {
    target,
    steps: [
      `\`pintle history ${name} -n ${namespace}\` shows the revisions; ${target} is the one before this release.`,
      `\`pintle rollback ${name} ${target} -n ${namespace} --wait --timeout 5m\` makes it the current one again (\`helm rollback\` does the same).`,
      `\`pintle status ${name} -n ${namespace}\` shows whether it runs. Hooks that changed data (migrations) are not undone by a rollback.`,
    ],
    ...undone,
  }
}
