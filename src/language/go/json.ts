/** encoding/json: writing, reading, and reading into typed targets. */
export { jsonMarshal, jsonMarshalIndent, jsonNumber, jsonString } from './json-marshal.ts'
export type { JsonOptions } from './json-marshal.ts'
export { jsonUnmarshal, jsonSyntaxError } from './json-unmarshal.ts'
export { decodeShape, shapeType } from './json-shape.ts'
export type { Shape, ShapeField, StructShape } from './json-shape.ts'
