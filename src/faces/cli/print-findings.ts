import { codeFrame } from '../../errors/index.ts'
import type { Finding, ReleaseCheck } from '../../cluster/release/index.ts'
import type { Output } from './output.ts'

/** Says what was refused, one by one: object and field, the template line with its frame, the reason, what can be done. */
export function printFindings(out: Output, findings: readonly Finding[]): void {
  for (const { ref, field, place, source, message, values, advice } of findings) {
    const at = place === undefined ? source : [place.file, place.line, place.column].filter((x) => x !== undefined).join(':')
    out.note(`\n  ${ref.kind}/${ref.name}${field === undefined ? '' : ` ${field}`}${at === undefined ? '' : `\n    at ${at}`}`)
    if (place?.source !== undefined && place.line !== undefined) {
      const frame = codeFrame(place.source, place.line, place.column, 1)
      if (frame !== '') out.note(frame.replace(/^/gm, '    '))
    }
    out.note(message.replace(/^/gm, '    '))
    if (values !== undefined) out.note(`    values: ${values.join(', ')}`)
    for (const line of advice ?? []) out.note(`    - ${line}`)
  }
}

/** Says what the server would refuse, after the output of a dry run, and returns the exit code. */
export function reportCheck(out: Output, check: ReleaseCheck | undefined): number {
  if (check === undefined) return 0
  const { rejected, unchecked } = check
  const objects = new Set(rejected.map((f) => f.ref)).size
  if (objects > 0) {
    out.note(`Error: dry run: the cluster would refuse ${objects === 1 ? '1 object' : `${objects} objects`}`)
    printFindings(out, rejected)
  }
  if (unchecked.length > 0) {
    out.note(`\nnot checked:`)
    for (const { ref, message } of unchecked) out.note(`  ${ref.kind}/${ref.name}: ${message}`)
  }
  return objects > 0 ? 1 : 0
}
