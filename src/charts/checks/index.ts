/**
 * Owns what can be said about a chart and what it renders without a cluster: findings, as values.
 * Refuses to print, to change a chart, and to ask a cluster.
 */
export type { Finding, Severity } from './finding.ts'
export { SchemaLibrary } from './objects/object-schemas.ts'
export { checkObjects } from './objects/check-objects.ts'
export type { CheckObjectsOptions, ObjectsReport } from './objects/check-objects.ts'
export { checkValues, freeValues } from './values/check-values.ts'
export { lintChart } from './lint/lint-chart.ts'
export type { LintOptions } from './lint/lint-chart.ts'
export { findingText } from './lint/linter.ts'
export { deprecationOf, deprecationText, isDeprecatedIn } from './deprecations.ts'
export type { Deprecation } from './deprecations.ts'
export { checkChart, serverCapabilities } from './check-chart.ts'
export type { CheckChartOptions } from './check-chart.ts'
export { placedText, rules } from './rules.ts'
export { sarif } from './sarif.ts'
export type { ChartFindings } from './sarif.ts'
