import { hookPods } from '../../objects/hooks.ts'
import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

/** Commands that fail, or do their work twice, when they run a second time. */
const once: readonly (readonly [RegExp, string])[] = [
  // Unless it is deleted before.
  [/^(?![\s\S]*\bkubectl\b[^\n;|&]*\bdelete\b)[\s\S]*\bkubectl\b[^\n;|&]*\bcreate\b(?![^\n]*(?:--dry-run|\|\|\s*true))/i, '`kubectl create` fails when the object is there'],
  [/\bCREATE\s+(?:TABLE|DATABASE|SCHEMA|USER|ROLE|INDEX)\b(?!\s+(?:CONCURRENTLY\s+)?IF\s+NOT\s+EXISTS)/i, 'CREATE without IF NOT EXISTS fails when it is there'],
  [/\bINSERT\s+INTO\b(?![\s\S]*\bON\s+(?:CONFLICT|DUPLICATE\s+KEY)\b)(?![\s\S]*\bWHERE\s+NOT\s+EXISTS\b)/i, 'INSERT without ON CONFLICT inserts twice'],
  [/(?:^|[\s;&|"'])createdb\s/i, '`createdb` fails when the database is there'],
]

export default {
  id: 'hooks/idempotent',
  title: 'Hooks can run twice.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A hook runs again when its pod is evicted, when the Job retries, and when a failed release is tried again.',
  fix: 'Use `kubectl apply`, `IF NOT EXISTS`, `ON CONFLICT`, or a migration tool that remembers what it did. A hook that is known to be safe says so with the annotation `pintle.dev/idempotent: "true"`.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return hookPods(manifests).filter(({ object }) => object.metadata.annotations?.['pintle.dev/idempotent'] !== 'true')
      .flatMap(({ ref, script }) => once.filter(([pattern]) => pattern.test(script)).map(([, message]) => ({ object: ref, message })))
  },
} satisfies Rule
