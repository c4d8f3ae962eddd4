import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { exportEntry, exportName } from '../../../delivery/evidence/index.ts'
import type { Command } from '../command.ts'
import { usage } from '../flags.ts'
import { evidenceFlags, withEvidence } from '../open-evidence.ts'
import { filterFlags, filterOf } from './evidence.ts'

/** `pintle evidence export` */
export const evidenceExport: Command = {
  use: 'evidence export [ID...] --to FOLDER [flags]',
  long: `Writes records as folders that stand for themselves, for an auditor or an archive: the line of the chain, the record, its deploy note, and every file kept with it
(manifests, diff, plan, rollback steps, verification). Without IDs all that the filters want. A folder that is there already is left as it is.`,
  examples: `pintle evidence export --to audit-2026 --since 2026-01-01 --until 2027-01-01 -e prod
pintle evidence export 20261121T0701 --to .`,
  flags: [...evidenceFlags, ...filterFlags, { name: 'to', type: 'string', usage: 'folder to write to' }],
  globals: false,
  args: [0, 1000],
  completes: ['name'],
  async run(context) {
    const { flags, args, out } = context
    const to = flags.string('to')
    if (to === '') throw usage('where to? --to FOLDER')
    const filter = filterOf(context)
    return await withEvidence(context, async ({ store }) => {
      async function* ids(): AsyncIterable<string> {
        if (args.length > 0) yield* args
        else for await (const { id } of store.list(filter)) yield id
      }
      let written = 0
      for await (const id of ids()) {
        const stored = await store.read(id)
        if (stored === undefined) throw new PintleError('evidence.notFound', `no evidence of ${id} in ${store.location}`)
        const folder = join(to, exportName(stored))
        if (existsSync(folder)) {
          out.note(`${folder} is there already`)
          continue
        }
        const files = await exportEntry(store, stored)
        try {
          mkdirSync(folder, { recursive: true, mode: 0o700 })
          for (const { name, content } of files) writeFileSync(join(folder, name), content, { mode: 0o600 })
        } catch (error) {
          throw new PintleError('file.write', `cannot write ${folder}: ${(error as Error).message}`, { cause: error })
        }
        written++
      }
      out.line(`${written} records written to ${to}`)
      return 0
    })
  },
}
