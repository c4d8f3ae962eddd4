/**
 * Owns references to secrets in values, `ref+BACKEND://PATH#/KEY`: their grammar, the backends that answer them, and what was answered in one run. They are vals' references.
 * Refuses: writing or quoting what an answer holds, starting programs, and the cluster: objects come through a reader that it is given.
 */
export { References, expandReferences, expandText, referencesIn } from './references.ts'
export type { ReferenceOptions } from './references.ts'
export type { KubernetesReader, ObjectAddress } from './backend.ts'
export { secretTexts } from './secret-texts.ts'
