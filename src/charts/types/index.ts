/**
 * Owns TypeScript types of charts' values. Refuses to write files and to run anything.
 */
export { valuesTypes } from './values-types.ts'
