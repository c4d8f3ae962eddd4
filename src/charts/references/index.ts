/**
 * Owns references to secrets in values, `ref+BACKEND://PATH#/KEY` (vals'): their grammar, the backends that answer them, and what was answered in one run; and the names of
 * secret files, `secrets://FILE` (helm-secrets').
 * Refuses: writing or quoting what an answer holds, starting programs, and the cluster: objects come through a reader that it is given.
 */
export { References, expandReferences, expandText, referencesIn } from './references.ts'
export type { ReferenceOptions } from './references.ts'
export type { KubernetesReader, ObjectAddress } from './backend.ts'
export { secretTexts } from './secret-texts.ts'
export { SecretSource } from './secret-source.ts'
export type { OpenedFile, SecretSourceOptions } from './secret-source.ts'
export { evaluateVariable, isSecretName, needsSecretSource, secretSettings, wrapperVariable } from './secret-settings.ts'
export type { SecretSettings } from './secret-settings.ts'
export { evaluateDocuments } from './evaluate-documents.ts'
export { parseSecretName } from './secret-name.ts'
