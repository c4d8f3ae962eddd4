import { addendaRows, changeSection, headerRows, reviewSection, rollbackSection, rolloutSection, verificationSection } from './note-sections.ts'
import type { Addendum, Outcome, ReleaseRecord } from './record.ts'

const words: Readonly<Record<Outcome, string>> = { succeeded: 'released', failed: 'FAILED', 'rolled-back': 'FAILED and rolled back', refused: 'refused', unchanged: 'unchanged', unverified: 'released, UNVERIFIED' }
const undone: Partial<Record<string, string>> = { rollback: 'rolled back on request', uninstall: 'removed' }

/**
 * The Markdown deploy note: one message that says who released what, how it was reviewed and verified, and how to go back. What a record does not say is
 * "not recorded" here.
 * @param addenda what became known later, oldest first
 * @param digest of the record: the hash of its line in the store
 */
export function deployNote(r: ReleaseRecord, addenda: readonly Addendum[] = [], digest?: string): string {
  const done = r.outcome === 'succeeded' ? (undone[r.operation ?? ''] ?? words.succeeded) : words[r.outcome]
  return [
    `# ${r.service} ${done}${r.environment ? ` in ${r.environment}` : ''}`, '',
    ...(r.reason ? [`> ${r.reason.replaceAll('\n', '\n> ')}`, ''] : []),
    ...headerRows(r, digest), '',
    ...changeSection(r), '',
    ...reviewSection(r), '',
    ...rolloutSection(r), '',
    ...verificationSection(r, addenda), '',
    ...rollbackSection(r), '',
    ...addendaRows(r, addenda), '',
    `Record ${r.id}, made by Pintle ${r.tool.pintle}.`, '',
    // A log may hold what moves a cursor or turns text around.
  ].join('\n').replaceAll(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
