/**
 * Owns what the schema of a CustomResourceDefinition does to objects: what it finds wrong, what it prunes, what it fills in, and what a change of
 * a definition would lose. Pure. Refuses to fetch anything.
 */
export { definitionLosses, versionsOf } from './definition-losses.ts'
export type { DefinitionLoss } from './definition-losses.ts'
export { duplicate, invalidValue, required } from './field-error.ts'
export type { FieldError, FieldErrorType } from './field-error.ts'
export { objectLosses } from './object-losses.ts'
export type { ObjectLoss } from './object-losses.ts'
export { validateCustom } from './validate.ts'
