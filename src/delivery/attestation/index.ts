/**
 * Owns signed statements: digests, canonical JSON, DSSE envelopes around in-toto statements, keys, who is trusted, and when enough people have agreed.
 * Refuses to know what a statement is about beyond its subject's digest, and to ask anybody anything.
 */
export { canonicalJson, sha256 } from './digest.ts'
