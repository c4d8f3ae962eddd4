import { noises } from '../../cluster/diff/index.ts'
import type { FlagSpec } from './flags.ts'

/** Flags of `diff upgrade` that helm-diff does not have. */
export const liveFlags: readonly FlagSpec[] = [
  { name: 'live', type: 'bool', usage: 'compare the live objects, custom resources too, with what the server would make of them; --output is then diff, simple, json, markdown or html' },
  { name: 'origins', type: 'string', noValue: 'fields', default: '', usage: "with --live, say which template line and which value wrote what changes: 'fields' above an object, 'lines' behind each line", completes: ['fields', 'lines'] },
  { name: 'upgrade-crds', type: 'bool', usage: "with --live, as an upgrade with this flag: the chart's CRDs change too" },
  { name: 'ignore', type: 'strings', usage: `with --live, leave out what says nothing: ${noises.join(', ')}`, completes: noises },
]
