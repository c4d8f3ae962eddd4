import { askJson, limits, line, link, tokenOf, type Incident, type IncidentQuestion } from './incident.ts'
import type { IncidentSettings } from './settings.ts'

interface PagerDutyIncident { id?: unknown; title?: unknown; summary?: unknown; description?: unknown; status?: unknown; html_url?: unknown; service?: { id?: unknown; summary?: unknown } }

/**
 * Open incidents of a service in PagerDuty: those of the services named by id, else those of a service of that name and those whose text holds `service:NAME`.
 * @throws Error when it cannot be asked, or holds more than is read
 * Upstream: PagerDuty's REST API v2, GET /incidents.
 */
export async function pagerdutyIncidents(settings: NonNullable<IncidentSettings['pagerduty']>, question: IncidentQuestion): Promise<Incident[]> {
  const authorization = `Token token=${tokenOf('PagerDuty', settings.tokenVariable, question.env)}`
  const out: Incident[] = []
  for (let page = 0, offset = 0; ; page++) {
    if (page === limits.pages) throw new Error(`PagerDuty has more than ${offset} open incidents`)
    const query = new URLSearchParams([['statuses[]', 'triggered'], ['statuses[]', 'acknowledged'], ['limit', '100'], ['offset', String(offset)], ['date_range', 'all'], ...settings.services.map((id): [string, string] => ['service_ids[]', id])])
    const body = await askJson('PagerDuty', `${settings.url}/incidents?${query}`, authorization, question, { accept: 'application/vnd.pagerduty+json;version=2' })
    if (!Array.isArray(body.incidents)) throw new Error('PagerDuty answered without incidents')
    const incidents = body.incidents.filter((i): i is PagerDutyIncident => typeof i === 'object' && i !== null)
    for (const incident of incidents) {
      if (incident.status === 'resolved' || !isAbout(incident, settings.services, question.service)) continue
      const url = link(incident.html_url)
      out.push({ id: line(incident.id, 60), title: line(incident.title ?? incident.summary) || 'an incident without a title', source: 'PagerDuty', ...(url !== undefined && { url }) })
    }
    if (body.more !== true || incidents.length === 0) return out
    offset += body.incidents.length
  }
}

/** The server's filters are asked for and not relied on. */
function isAbout({ service, title, summary, description }: PagerDutyIncident, ids: readonly string[], name: string): boolean {
  if (ids.length > 0) return ids.includes(String(service?.id))
  return String(service?.summary ?? '').toLowerCase() === name.toLowerCase() || [title, summary, description].some((text) => typeof text === 'string' && text.split(/[\s,;()[\]]+/).includes(`service:${name}`))
}
