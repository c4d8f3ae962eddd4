import { PintleError } from '../../../errors/index.ts'
import { keep, makeAddendum } from '../../../delivery/evidence/index.ts'
import { secretsIn } from '../../../delivery/secret-scan/index.ts'
import type { Command } from '../command.ts'
import { usage } from '../flags.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { operator } from '../operator.ts'
import { recordOf } from './evidence.ts'

/** `pintle evidence amend` */
export const evidenceAmend: Command = {
  use: 'evidence amend [ID] [flags]',
  long: `Adds what became known after a release to its evidence: how the time after it went, alerts, follow-ups, the review of an emergency. The record itself never changes: what is added
stands in the chain behind it, with who added it and when, and is part of its deploy note from then on. Without an ID it is the last record's.`,
  examples: `pintle evidence amend --watch green --minutes 15
pintle evidence amend 20261121T0701 --follow-up "remove the flag new-checkout" --ticket OPS-12
pintle evidence amend 20261121T0701 --done "remove the flag new-checkout"
pintle evidence amend 20261121T0701 --review "the override was justified; the probe is mended in OPS-13"`,
  flags: [
    ...evidenceFlags,
    { name: 'watch', type: 'string', usage: 'how it looked afterwards: green or red', choices: ['green', 'red'], completes: ['green', 'red'] },
    { name: 'minutes', type: 'int', default: 15, usage: 'how long that was watched' },
    { name: 'alert', type: 'stringArray', usage: 'an alert that fired; can be repeated', completes: [] },
    { name: 'follow-up', type: 'stringArray', usage: 'something that is still to be done; can be repeated', completes: [] },
    { name: 'done', type: 'stringArray', usage: 'a follow-up that is done; can be repeated', completes: [] },
    { name: 'ticket', type: 'string', usage: 'ticket of the follow-ups', completes: [] },
    { name: 'review', type: 'string', usage: 'review of an emergency, by somebody else than who released', completes: [] },
    { name: 'message', short: 'm', type: 'string', usage: 'anything else', completes: [] },
  ],
  globals: false,
  args: [0, 1],
  completes: ['name'],
  async run(context) {
    const { flags, out, args, signal } = context
    const text = (name: string) => (flags.string(name) === '' ? undefined : flags.string(name))
    return await withEvidence(context, async (evidence) => {
      const { record } = await recordOf(evidence.store, args[0])
      const at = new Date().toISOString()
      const by = operator()
      const [watch, review, message, ticket] = [text('watch'), text('review'), text('message'), text('ticket')]
      const followUps = [...flags.list('follow-up').map((what) => ({ what, done: false, ...(ticket ? { ticket } : {}) })), ...flags.list('done').map((what) => ({ what, done: true }))]
      const alerts = flags.list('alert').map((name) => ({ name, at }))
      if (review !== undefined && by === record.operator) throw new PintleError('rule.refused', `${by} released it: the review of an emergency is by somebody else`)
      if (!watch && !review && !message && followUps.length === 0 && alerts.length === 0) throw usage('what is to be added?', 'See `pintle evidence amend --help`.')
      const addendum = makeAddendum({
        about: record.id, at, by,
        ...(watch ? { watch: { minutes: flags.number('minutes'), green: watch === 'green', by } } : {}), ...(alerts.length > 0 ? { alerts } : {}), ...(followUps.length > 0 ? { followUps } : {}),
        ...(review ? { emergencyReview: { by, at, text: review } } : {}), ...(message ? { text: message } : {}),
      }, (value) => secretsIn(['text'], value).reduce((t, secret) => t.replaceAll(secret, 'REDACTED'), value))
      const kept = await keep({ ...evidence, signal }, addendum, {})
      for (const warning of kept.warnings) out.warn(warning)
      out.line(`added to ${record.id}${kept.head ? `, head ${kept.head.hash}` : ': NOT STORED'}`)
      return kept.head ? 0 : 1
    })
  },
}
