import { PintleError } from '../../errors/index.ts'
import { typeOf } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { Chart } from './chart.ts'
import type { ChartFile } from './chart-file.ts'
import type { Log } from './log.ts'
import { isTable } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'
import { pointerOf } from './schema/failure.ts'
import { SchemaValidator } from './schema/schema-validator.ts'

/** One value that a schema does not allow. */
export interface SchemaViolation {
  /** Chart whose schema it is, as a path of subcharts from the root: [] for the root. */
  readonly subchart: readonly string[]
  /** Where in that chart's values. */
  readonly path: readonly string[]
  readonly message: string
}

export interface SchemaOptions {
  readonly log?: Log
}

/**
 * Validates the coalesced values of a chart and its subcharts against their schemas.
 * @throws PintleError values.schema with Helm's text; `details.violations` lists the places
 */
export function validateAgainstSchema(chart: Chart, values: Table, options: SchemaOptions = {}): void {
  if (!hasSchema(chart)) return
  const violations: SchemaViolation[] = []
  const text = check(chart, values, schemaValidator(chart), options.log, [], violations)
  if (text === '') return
  throw new PintleError('values.schema', `values don't meet the specifications of the schema(s) in the following chart(s):\n${text}`, {
    details: { violations: violations.map((v) => ({ chart: v.subchart.join('.'), path: pointerOf(v.path), keys: [...v.subchart, ...v.path], message: v.message })) },
  })
}

/**
 * Validates values against one schema alone, as `lint` does. Upstream: ValidateAgainstSingleSchema in pkg/chart/common/util.
 * @returns Helm's text about what is wrong; undefined when all is well
 */
export function validateAgainstSingleSchema(schema: ChartFile, values: Table, options: SchemaOptions & { readonly validator?: SchemaValidator } = {}): string | undefined {
  try {
    const failure = (options.validator ?? new SchemaValidator()).validate(schema, values, options.log)
    if (failure === undefined) return undefined
    const lines = failure.toString()
    return `${lines.startsWith(heading) ? lines.slice(heading.length) : lines}\n`
  } catch (error) {
    if (error instanceof RangeError) throw error
    return (error as Error).message
  }
}

/** The validator that a chart and its copies share, with what it compiled. */
export function schemaValidator(chart: Chart): SchemaValidator {
  return (chart.schemas.validator ??= new SchemaValidator())
}

export function hasSchema(chart: Chart): boolean {
  return chart.schema !== undefined || chart.dependencies.some(hasSchema)
}

/** Helm's text about a chart and those below it; '' when all is well. */
function check(
  chart: Chart, values: Table, validator: SchemaValidator, log: Log | undefined, subchart: readonly string[], violations: SchemaViolation[],
): string {
  let text = ''
  if (chart.schema !== undefined) {
    try {
      const failure = validator.validate(chart.schema, values, log)
      if (failure !== undefined) {
        const lines = failure.toString()
        text += `${chart.name}:\n${lines.startsWith(heading) ? lines.slice(heading.length) : lines}\n`
        for (const leaf of failure.leaves()) violations.push({ subchart, path: leaf.path, message: leaf.text })
      }
    } catch (error) {
      if (error instanceof RangeError) throw error
      text += `${chart.name}:\n${(error as Error).message}`
      violations.push({ subchart, path: [], message: (error as Error).message })
    }
  }
  for (const child of chart.dependencies) {
    const own: Value | undefined = values.get(child.name)
    if (own === undefined || own === null) continue
    if (!isTable(own)) {
      text += `${child.name}:\ninvalid type for values: expected object (map), got ${typeOf(own)}\n`
      violations.push({ subchart, path: [child.name], message: `expected object (map), got ${typeOf(own)}` })
      continue
    }
    text += check(child, own, validator, log, [...subchart, child.name], violations)
  }
  return text
}

const heading = "jsonschema validation failed with 'file:///values.schema.json#'\n"
