import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EvidenceStore } from '../../../delivery/evidence/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import { usage, type FlagSpec } from '../flags.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

const folderFlag: FlagSpec = { name: 'evidence', type: 'string', default: '.pintle/evidence', usage: 'folder of the evidence' }

function store({ flags }: CommandContext): EvidenceStore {
  return new EvidenceStore(resolve(flags.string('evidence')))
}

/** `pintle evidence list` */
export const evidenceList: Command = {
  use: 'evidence list [flags]',
  long: 'Lists the releases there is evidence of, oldest first.',
  flags: [folderFlag, outputFlag],
  globals: false,
  args: [0, 0],
  async run(context) {
    const kept = store(context)
    const rows = kept.list().map(({ id }) => {
      const r = kept.read(id)
      return { id, started: r.started, service: r.service, environment: r.environment, outcome: r.outcome, revision: r.revision.after, operator: r.operator }
    })
    if (printStructured(context, () => rows)) return 0
    context.out.write(table([['ID', 'STARTED', 'SERVICE', 'ENVIRONMENT', 'OUTCOME', 'REVISION', 'OPERATOR'], ...rows.map((r) => Object.values(r).map(String))]))
    return 0
  },
}

/** `pintle evidence show` */
export const evidenceShow: Command = {
  use: 'evidence show [ID] [flags]',
  long: 'Prints the deploy note of a release; the last one when no ID is given.',
  flags: [folderFlag],
  globals: false,
  args: [0, 1],
  async run(context) {
    const kept = store(context)
    const id = context.args[0] ?? kept.list().at(-1)?.id
    if (id === undefined || !kept.list().some((r) => r.id === id)) throw usage(id === undefined ? 'there is no evidence here' : `no evidence of ${id}`, '`pintle evidence list` shows what there is.')
    context.out.write(readFileSync(join(kept.root, id, 'note.md'), 'utf8'))
    return 0
  },
}

/** `pintle evidence verify` */
export const evidenceVerify: Command = {
  use: 'evidence verify [flags]',
  long: 'Recomputes every digest of the evidence and the chain over it. Exit code 1 when anything was changed, removed or slipped in.',
  flags: [folderFlag],
  globals: false,
  args: [0, 0],
  async run(context) {
    const kept = store(context)
    const problems = kept.verify()
    for (const p of problems) context.out.line(p.sequence > 0 ? `record ${p.sequence}: ${p.problem}` : p.problem)
    context.out.line(`${kept.list().length} records, ${problems.length} problems`)
    return problems.length === 0 ? 0 : 1
  },
}
