import { PintleError } from '../../../errors/index.ts'
import { deployNote, readWhole, type EvidenceStore, type WholeRecord } from '../../../delivery/evidence/index.ts'
import type { Command } from '../command.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { goJson } from '../structured.ts'

/** `pintle note`: one message about one release, to be posted or filed. */
export const note: Command = {
  use: 'note [RELEASE|ID] [flags]',
  long: `Prints the deploy note of a release: who released what, how it was reviewed and verified, how to go back. Of the last record when nothing is named, of the last one
of a service or release by its name, or of any by its ID.

What nobody recorded is "not recorded" there; what was added later (\`pintle evidence amend\`) is in it.`,
  examples: `pintle note
pintle note checkout-api -e prod
pintle note 20261121T0701 -o json`,
  flags: [
    ...evidenceFlags,
    { name: 'environment', short: 'e', type: 'string', usage: 'the last record of this environment', completes: [] },
    { name: 'output', short: 'o', type: 'string', default: 'markdown', usage: 'markdown or json', choices: ['markdown', 'json'], completes: ['markdown', 'json'] },
  ],
  globals: false,
  args: [0, 1],
  completes: ['release'],
  async run(context) {
    const { flags, args, out } = context
    await withEvidence(context, async ({ store }) => {
      const found = await last(store, args[0], flags.string('environment'))
      if (found === undefined) throw new PintleError('evidence.notFound', `no evidence of ${args[0] ?? 'anything'} in ${store.location}`)
      const { record, addenda, stored } = found
      if (flags.string('output') === 'json') out.line(goJson({ sequence: stored.sequence, hash: stored.hash, record, addenda }))
      else out.write(deployNote(record, addenda, stored.hash))
    })
    return 0
  },
}

async function last(store: EvidenceStore, name: string | undefined, environment: string): Promise<WholeRecord | undefined> {
  let id: string | undefined
  for await (const s of store.list(environment === '' ? {} : { environment })) if (name === undefined || s.service === name || s.release === name) id = s.id
  if (id !== undefined) return readWhole(store, id)
  return name === undefined ? undefined : readWhole(store, name)
}
