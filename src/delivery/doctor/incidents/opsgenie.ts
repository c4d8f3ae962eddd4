import { askJson, limits, line, link, tokenOf, type Incident, type IncidentQuestion } from './incident.ts'
import type { IncidentSettings } from './settings.ts'

interface OpsgenieIncident { id?: unknown; tinyId?: unknown; message?: unknown; status?: unknown; tags?: unknown; links?: { web?: unknown } }

/**
 * Open incidents with the tag of a service in Opsgenie.
 * @throws Error when it cannot be asked, or holds more than is read
 * Upstream: Opsgenie's Incident API, GET /v1/incidents.
 */
export async function opsgenieIncidents(settings: NonNullable<IncidentSettings['opsgenie']>, question: IncidentQuestion): Promise<Incident[]> {
  const authorization = `GenieKey ${tokenOf('Opsgenie', settings.tokenVariable, question.env)}`
  const out: Incident[] = []
  for (let page = 0; ; page++) {
    if (page === limits.pages) throw new Error(`Opsgenie has more than ${page * 100} open incidents with the tag ${settings.tag}`)
    const query = new URLSearchParams({ query: `status:open AND tag:"${settings.tag.replace(/["\\]/g, '\\$&')}"`, limit: '100', offset: String(page * 100), sort: 'createdAt', order: 'desc' })
    const body = await askJson('Opsgenie', `${settings.url}/v1/incidents?${query}`, authorization, question)
    if (!Array.isArray(body.data)) throw new Error('Opsgenie answered without data')
    const incidents = body.data.filter((i): i is OpsgenieIncident => typeof i === 'object' && i !== null)
    for (const incident of incidents) {
      // Its search takes words apart: what it found need not have the very tag.
      if (['resolved', 'closed'].includes(String(incident.status)) || !Array.isArray(incident.tags) || !incident.tags.includes(settings.tag)) continue
      const url = link(incident.links?.web)
      out.push({ id: line(incident.tinyId ?? incident.id, 60), title: line(incident.message) || 'an incident without a message', source: 'Opsgenie', ...(url !== undefined && { url }) })
    }
    const { paging } = body as { paging?: { next?: unknown } }
    if (typeof paging?.next !== 'string' || body.data.length === 0) return out
  }
}
