import { createHash } from 'node:crypto'
import { extname, resolve } from 'node:path'
import { join } from 'node:path/posix'
import { PintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import type { Environment, ReleaseSpec } from '../spec.ts'

/** What templates of output paths see beside a release. */
export interface OutputContext {
  /** As it was given on the command line. */
  readonly stateFile: string
  readonly workingDirectory: string
  readonly environment: Environment
  /** The values of the environment, merged: what `.Environment.Values` shows. */
  readonly values: Map<string, Value>
  /** Runs a Go template without any functions of helmfile. */
  run(name: string, text: string, data: Value): string
}

const outputDirTemplate = '{{ .OutputDir }}/{{ .State.BaseName }}-{{ .State.AbsPathSHA1 }}-{{ .Release.Name}}'
const outputFileTemplate = '{{ .State.BaseName }}-{{ .State.AbsPathSHA1 }}/{{ .Release.Name }}.yaml'

/** Where `helmfile fetch` puts a chart unless told otherwise. Source: DefaultFetchOutputDirTemplate in pkg/state/state.go. */
export const fetchDirTemplate =
  '{{ .OutputDir }}{{ if .Release.Namespace }}/{{ .Release.Namespace }}{{ end }}{{ if .Release.KubeContext }}/{{ .Release.KubeContext }}{{ end }}/{{ .Release.Name }}/{{ .ChartName }}/{{ or .Release.Version "latest" }}'

/** The folder of --output-dir for a release. Source: GenerateOutputDir. */
export function outputDir(context: OutputContext, release: ReleaseSpec, outputDir: string, template: string): string {
  return runTemplate(context, 'output-dir', template || join(outputDirTemplate), [['OutputDir', outputDir], ...common(context, release)])
}

/** The file that `write-values` writes for a release. Source: GenerateOutputFilePath. */
export function outputFile(context: OutputContext, release: ReleaseSpec, template: string): string {
  return runTemplate(context, 'output-file', template || outputFileTemplate, common(context, release))
}

/** The folder a chart is fetched into. Source: generateChartPath. */
export function chartFolder(context: OutputContext, release: ReleaseSpec, chartName: string, outputDir: string, template: string): string {
  return runTemplate(context, 'output-dir-template', template || fetchDirTemplate, [['ChartName', chartName], ['OutputDir', outputDir], ...common(context, release).filter(([name]) => name !== 'State')])
}

function common({ stateFile, workingDirectory, environment, values }: OutputContext, release: ReleaseSpec): [string, Value][] {
  const absolute = resolve(workingDirectory, stateFile)
  const state = new Map<string, Value>([
    ['BaseName', stateFile.slice(0, stateFile.length - extname(stateFile).length)], ['Path', stateFile], ['AbsPath', absolute],
    ['AbsPathSHA1', createHash('sha1').update(absolute).digest('hex').slice(0, 8)],
  ])
  return [
    ['State', state], ['Release', releaseData(release)],
    ['Environment', new Map<string, Value>([['Name', environment.name], ['KubeContext', environment.kubeContext], ['Values', values], ['Defaults', environment.defaults]])],
  ]
}

/** A release under Go's names of its fields. */
function releaseData(release: ReleaseSpec): Map<string, Value> {
  return new Map<string, Value>([
    ['Name', release.name], ['Namespace', release.namespace], ['KubeContext', release.kubeContext], ['Chart', release.chart], ['ChartPath', release.chartPath], ['Version', release.version],
    ['Directory', release.directory], ['Labels', release.labels as Map<string, Value>], ['Condition', release.condition], ['Needs', release.needs], ['Description', release.description],
    ['ValuesPathPrefix', release.valuesPathPrefix], ['ForceNamespace', release.forceNamespace], ['Values', release.values], ['Secrets', release.secrets],
  ])
}

function runTemplate(context: OutputContext, name: string, text: string, fields: readonly [string, Value][]): string {
  try {
    return context.run(name, text, new Map(fields))
  } catch (error) {
    throw new PintleError('usage', `executing ${name} template: ${(error as Error).message}`, { cause: error })
  }
}
