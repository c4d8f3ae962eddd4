/**
 * Owns how a section of pintle.yaml is read: maps whose keys are known, and errors that name the line.
 * Refuses to know what a section means: the room that acts on it says which keys there are.
 */
export { readDuration } from './duration.ts'
export { faultIn, withoutLine } from './fault.ts'
export type { Fault, Path } from './fault.ts'
export { isMap, keyedMap } from './keyed-map.ts'
