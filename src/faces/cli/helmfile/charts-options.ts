import type { ChartsOptions } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** What the flags of a verb say about charts; flags that it has not say nothing. */
export function chartsOptions({ flags, globals }: HelmfileContext): ChartsOptions {
  const text = (name: string): string => (flags.has(name) ? flags.string(name) : '')
  const truth = (name: string): boolean => flags.has(name) && flags.bool(name)
  const list = (name: string): readonly string[] => (flags.has(name) ? flags.list(name) : [])
  return {
    skipRepos: globals.skipRefresh || globals.skipDeps, skipRefresh: globals.skipRefresh, skipDeps: globals.skipDeps, concurrency: flags.has('concurrency') ? flags.number('concurrency') : 0,
    validate: truth('validate'), kubeVersion: text('kube-version'), skipSchemaValidation: truth('skip-schema-validation'), templateArgs: text('template-args'), set: list('set'), values: list('values'),
  }
}
