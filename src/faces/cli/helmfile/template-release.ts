import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { HelmExitError, moreValues, outputDir, shownChart, templateArgv, warnOfNeeds, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import { outputContext } from './output-context.ts'
import type { StateWork } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** Renders one release and prints it, or writes its files. Source: TemplateReleases in pkg/state/state.go, TemplateRelease in pkg/helmexec/exec.go. */
export async function templateRelease(context: HelmfileContext, work: StateWork, release: ReleaseSpec): Promise<() => Promise<void>> {
  const { flags, out, log } = context
  const { state, helm } = work
  warnOfNeeds(state, release, log)
  const { argv, files, render } = await work.valuesOf(release)
  const folder = outputFolder(context, work, release)
  const words = templateArgv(state, release, {
    set: flags.list('set'), includeCrds: flags.bool('include-crds'), noHooks: flags.bool('no-hooks'), skipTests: flags.bool('skip-tests'), validate: flags.bool('validate'), postRenderer: flags.string('post-renderer'),
    postRendererArgs: flags.list('post-renderer-args'), kubeVersion: flags.string('kube-version'), showOnly: flags.list('show-only'), skipSchemaValidation: flags.bool('skip-schema-validation'),
    templateArgs: flags.string('template-args'),
  }, { values: argv, moreValues: moreValues(state, flags.list('values')), outputDir: folder, render })
  if (folder !== '') mkdirSync(resolve(state.cwd, folder), { recursive: true })
  return async () => {
    log('info', `Templating release=${release.name}, chart=${shownChart(release.chartPath || release.chart)}`)
    const tell = (stdout: string): void => {
      // With --output-dir it is a log of what was written; otherwise it is what others read.
      if (words.some((word) => word === '--output-dir' || word.startsWith('--output-dir='))) helm.info(eachOnce(stdout))
      else if (stdout !== '') out.write(`${stdout}\n`)
    }
    try {
      tell((await helm.exec(words, { files })).stdout)
    } catch (error) {
      if (error instanceof HelmExitError) tell(error.outcome.stdout)
      throw error
    }
  }
}

function outputFolder({ flags }: HelmfileContext, { state }: StateWork, release: ReleaseSpec): string {
  const folder = flags.string('output-dir')
  const template = flags.string('output-dir-template')
  return folder === '' && template === '' ? '' : outputDir(outputContext(state), release, folder, template)
}

/** Helm tells of a file once for each of its documents. Source: dedupeWroteLines. */
function eachOnce(text: string): string {
  const seen = new Set<string>()
  return text.split('\n').filter((line) => !line.startsWith('wrote ') || (!seen.has(line) && seen.add(line) !== undefined)).join('\n')
}
