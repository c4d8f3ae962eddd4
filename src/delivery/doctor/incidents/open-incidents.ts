import { commandIncidents } from './command.ts'
import type { Incident, IncidentQuestion } from './incident.ts'
import { opsgenieIncidents } from './opsgenie.ts'
import { pagerdutyIncidents } from './pagerduty.ts'
import type { IncidentSettings } from './settings.ts'

/**
 * Asks every source that is configured, at once. A source that cannot be asked does not hide what the others know.
 * @returns the incidents, and why a source is silent; nothing when none is configured
 */
export async function openIncidents(settings: IncidentSettings, question: IncidentQuestion): Promise<{ incidents?: Incident[]; unread?: string }> {
  const { pagerduty, opsgenie, command } = settings
  const asked = [
    ...(pagerduty === undefined ? [] : [pagerdutyIncidents(pagerduty, question)]),
    ...(opsgenie === undefined ? [] : [opsgenieIncidents(opsgenie, question)]),
    ...(command === undefined ? [] : [commandIncidents(command, question)]),
  ]
  if (asked.length === 0) return {}
  const answers = await Promise.allSettled(asked)
  question.signal?.throwIfAborted()
  const silent = answers.flatMap((a) => (a.status === 'rejected' ? [(a.reason as Error).message] : []))
  return { incidents: answers.flatMap((a) => (a.status === 'fulfilled' ? a.value : [])), ...(silent.length > 0 && { unread: silent.join('; ') }) }
}
