import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** What etcd takes in one object, and so the largest record of a release in a Secret. */
const recordLimit = 1024 * 1024
const manyObjects = 500
const manyBytes = 4 * 1024 * 1024

export default {
  id: 'manifests/size',
  title: 'The release is not oversized.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'warn' },
  reason: 'A record of more than 1 MiB cannot be stored, and one near it cannot after the next change. Thousands of objects make every diff, watch and rollback slow, and no reviewer reads them.',
  fix: 'Leave files that no template reads out with .helmignore, split the chart, or install definitions separately.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const { recordBytes } = manifests
    const objects = [...manifests.objects, ...manifests.hooks]
    const bytes = objects.reduce((sum, { object }) => sum + JSON.stringify(object).length, 0)
    return [
      ...(recordBytes > recordLimit * 0.75 ? [{ message: `its record takes ${Math.round((recordBytes / recordLimit) * 100)}% of the 1 MiB that fit` }] : []),
      ...(objects.length > manyObjects ? [{ message: `${objects.length} objects` }] : []),
      ...(bytes > manyBytes ? [{ message: `${(bytes / 1024 / 1024).toFixed(1)} MiB of manifests` }] : []),
    ]
  },
} satisfies Rule
