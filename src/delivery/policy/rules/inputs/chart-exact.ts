import type { Rule } from '../../rule.ts'

/** Major, minor, patch, with pre-release and build: nothing a newer chart could satisfy, too. */
const exact = /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/

export default {
  id: 'inputs/chart-exact',
  title: 'The chart and its dependencies have exact versions.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A range or `latest` means another chart tomorrow: what was tested in staging is not what reaches production, and nobody can repeat a release.',
  fix: 'Name one version in pintle.yaml or with --version. Ranges of dependencies are fine in Chart.yaml as long as Chart.lock says which version they mean: run `pintle dependency update` and commit the lock.',
  check({ inputs }) {
    if (inputs?.chart === undefined) return 'the chart'
    const { reference, wantedVersion, local, version, dependencies } = inputs.chart
    const chart = wantedVersion === '' ? local ? [] : [`no version of ${reference} is asked for: it is whatever is newest`]
      : !exact.test(wantedVersion) ? [`${JSON.stringify(wantedVersion)} of ${reference} is no exact version`]
        : wantedVersion.replace(/^v/, '') === version.replace(/^v/, '') ? [] : [`${reference} has version ${version}, ${wantedVersion} is asked for`]
    const loose = dependencies.flatMap(({ name, range, locked, present }) => {
      const known = locked ?? present
      if (known === undefined && !exact.test(range)) return [`dependency ${name} ${JSON.stringify(range)} is a range, and no lock says which version it is`]
      return locked !== undefined && present !== undefined && locked !== present ? [`dependency ${name} is ${present} in charts/ and ${locked} in the lock`] : []
    })
    return [...chart, ...loose].map((message) => ({ message }))
  },
} satisfies Rule
