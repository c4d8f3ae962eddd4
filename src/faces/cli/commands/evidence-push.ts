import { deliver, storeUnsaved } from '../../../delivery/evidence/index.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { printStructured } from '../structured.ts'

/** `pintle evidence push` */
export const evidencePush: Command = {
  use: 'evidence push [flags]',
  long: `Stores the records that could not be stored when their release ended, and gives every sink of pintle.yaml (folder, oci, s3, git), the receivers of events and of traces what
they have not had yet. A release does this at its end by itself; what failed then is done here. A new sink is given the whole store, new receivers of events all of its
records: each event has its record's id, by which a receiver knows it again.

Exit code 1 when something could not be delivered; nothing is lost by it.`,
  examples: `pintle evidence push
pintle evidence push -o json`,
  flags: [...evidenceFlags, outputFlag],
  globals: false,
  args: [0, 0],
  interrupts: 'stop',
  async run(context) {
    const { out, signal } = context
    return await withEvidence(context, async ({ store, sinks, base }) => {
      const stored = await storeUnsaved(store, base)
      const done = (await deliver(store, sinks, { timeout: 3_600_000, signal })).map(({ sink, sent, error }) => ({ sink, sent, ...(error ? { error: error.message } : {}) }))
      if (!printStructured(context, () => ({ stored: stored.map((s) => s.id), sinks: done }))) {
        for (const { id, head } of stored) out.line(`${id}: stored now, head ${head.hash}`)
        for (const { sink, sent, error } of done) out.line(`${sink}: ${sent} sent${error === undefined ? '' : `, then: ${error}`}`)
        if (stored.length === 0 && done.length === 0) out.line('nothing to do: there are no sinks')
      }
      return done.some((d) => d.error !== undefined) ? 1 : 0
    })
  },
}
