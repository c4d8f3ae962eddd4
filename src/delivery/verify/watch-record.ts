import type { WatchRecord } from '../evidence/index.ts'
import { gateRecord } from '../gates/index.ts'
import type { WatchOutcome } from './watch.ts'

/** A watch as it stands in a record, and the raw answers of its gates as a file, by name. @param by who or what watched */
export function watchRecord({ verdict, watched, reason, evaluations, trigger, looks }: WatchOutcome, by: string): { readonly watch: WatchRecord; readonly files: Readonly<Record<string, string>> } {
  const answered = evaluations.filter((e) => e.answers.length > 0)
  const detail = verdict === 'green' ? `${looks} looks, nothing stayed red` : `${verdict}: ${reason ?? 'nobody knows why'}`
  return {
    watch: {
      minutes: Math.round(watched / 6000) / 10, green: verdict === 'green', by, detail, ...(trigger && { trigger }),
      ...(evaluations.length > 0 && { gates: evaluations.map((e) => gateRecord(e, e.answers.length > 0 ? file : undefined)) }),
    },
    files: answered.length === 0 ? {} : { [file]: `${JSON.stringify(answered.map(({ gate, at, verdict: said, answers }) => ({ gate, at, verdict: said, answers })), undefined, 1)}\n` },
  }
}

const file = 'gates-watch.json'
