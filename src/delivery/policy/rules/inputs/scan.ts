import { judgeImages } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

/** A scan says what was known on its day. */
const oldestDays = 30

export default {
  id: 'inputs/scan',
  title: 'Every image was scanned lately, and nothing critical or high was found.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Known vulnerabilities are the ones that are used. A scan of last quarter knows nothing of this one.',
  fix: 'Scan in CI and hand the report over with `--scan-report` (Trivy JSON, SARIF or OSV). What cannot be mended yet is overridden by its image, with an end.',
  check: (facts) => judgeImages(facts, 'scan reports', ({ scan }) => {
    if (scan === undefined) return undefined
    if (scan.critical + scan.high > 0) return `${scan.critical} critical and ${scan.high} high findings (${scan.source}, ${scan.at.slice(0, 10)})`
    const days = (facts.now.getTime() - Date.parse(scan.at)) / 86_400_000
    return days <= oldestDays ? '' : `its scan is ${Number.isNaN(days) ? 'of no known date' : `${Math.floor(days)} days old`}`
  }),
} satisfies Rule
