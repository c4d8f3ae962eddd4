import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isPintleError } from '../../../errors/index.ts'
import { expandArchive, goFsError, loadChart, type Chart, type KubeVersion, type Log, type Table } from '../../chart/index.ts'
import type { Finding } from '../finding.ts'
import { lintChartfile } from './chartfile-rules.ts'
import { Linter } from './linter.ts'
import { lintCrds, lintDependencies, lintValues } from './other-rules.ts'
import { lintTemplates } from './template-rules.ts'

export interface LintOptions {
  readonly signal?: AbortSignal
  /** User values, over the chart's defaults. */
  readonly values?: Table
  /** `.Release.Namespace`. Default: default. */
  readonly namespace?: string
  /** For `.Capabilities.KubeVersion` and deprecated APIs. */
  readonly kubeVersion?: KubeVersion
  readonly skipSchemaValidation?: boolean
  readonly log?: Log
}

/**
 * Examines a chart folder or archive by Helm's rules.
 * @returns what the rules found, in Helm's order; an Error with Helm's text when there is no chart to examine
 * @throws the signal's reason when aborted
 */
export async function lintChart(path: string, options: LintOptions = {}): Promise<readonly Finding[] | Error> {
  options.signal?.throwIfAborted()
  if (!path.endsWith('.tgz') && !path.endsWith('.tar.gz')) return lintFolder(path, options)
  const temporary = mkdtempSync(join(tmpdir(), 'helm-lint'))
  try {
    try {
      expand(temporary, path)
    } catch (error) {
      return error as Error
    }
    return await lintFolder(join(temporary, readdirSync(temporary)[0]!), options)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function expand(folder: string, path: string): void {
  let bytes
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new Error(`unable to open tarball: ${goFsError(error, 'open', path).message}`, { cause: error })
  }
  try {
    expandArchive(folder, bytes)
  } catch (error) {
    throw new Error(`unable to extract tarball: ${(error as Error).message}`, { cause: error })
  }
}

async function lintFolder(path: string, options: LintOptions): Promise<readonly Finding[] | Error> {
  const chartYaml = join(path, 'Chart.yaml')
  try {
    statSync(chartYaml)
  } catch (error) {
    return new Error(`unable to check Chart.yaml file in chart: ${goFsError(error, 'stat', chartYaml).message}`, { cause: error })
  }
  const folder = resolve(path)
  const { signal, log, values = new Map(), namespace = 'default', kubeVersion, skipSchemaValidation = false } = options
  const loaded = await load(folder, { ...(signal && { signal }), ...(log && { log }), fetchSchemas: !skipSchemaValidation })
  const linter = new Linter()
  lintChartfile(linter, folder)
  lintValues(linter, folder, loaded, { values, skipSchemaValidation, ...(log && { log }) })
  lintTemplates(linter, folder, loaded, { namespace, values, skipSchemaValidation, ...(kubeVersion && { kubeVersion }), ...(log && { log }) })
  lintDependencies(linter, folder, loaded)
  lintCrds(linter, folder, loaded)
  return linter.findings
}

/** Helm loads the chart for each group of rules anew; what cannot be loaded is told by each. */
async function load(folder: string, options: { signal?: AbortSignal; log?: Log; fetchSchemas: boolean }): Promise<Chart | Error> {
  try {
    return await loadChart(folder, { ...options, format: 'v2' })
  } catch (error) {
    if (isPintleError(error)) return error
    throw error
  }
}
