import type { Rule } from '../../rule.ts'
import { localTime } from '../../local-time.ts'

export default {
  id: 'target/business-hours',
  title: 'A failed release is not rolled forward in business hours.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'While customers work, the quickest way out of a failing release is back. A fix on top is new, untested code on a system that is already broken.',
  fix: 'Roll back first (`pintle rollback NAME`), then diagnose; roll forward outside of these hours, or with an override that says who agreed.',
  check({ now, run: { businessHours }, target }) {
    if (target?.release === undefined) return target?.unread?.release ?? 'the release was not looked at'
    if (businessHours === undefined) return 'the project names no businessHours'
    if (!target.release.lastFailed) return []
    const { days, from, to, zone } = businessHours
    const local = localTime(now, zone)
    if (local === undefined) return `${JSON.stringify(zone)} is no time zone`
    return days.includes(local.day) && local.hour >= from && local.hour < to ? [{ message: `revision ${target.release.revision} of ${target.release.name} failed, and it is ${local.text} in ${zone}` }] : []
  },
} satisfies Rule as Rule
