import type { ExternalSettings } from '../settings.ts'
import type { ExternalRules } from './external-rules.ts'

/** externalRules, with the libraries it takes loaded only now: few policies have rules of their own. */
export async function loadExternal(settings: readonly ExternalSettings[], read: (path: string) => Uint8Array): Promise<ExternalRules> {
  return (await import('./external-rules.ts')).externalRules(settings, read)
}
