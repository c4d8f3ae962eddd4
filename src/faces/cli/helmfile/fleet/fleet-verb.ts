import { resolve } from 'node:path'
import { isHealthy, runFleet, succeeded, visitHelmfiles, wavesOf, type EnvironmentReport, type FleetEvent } from '../../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../../errors/index.ts'
import { usage } from '../../flags.ts'
import { helmfileGlobalFlags } from '../global-flags.ts'
import type { HelmfileContext, HelmfileVerb } from '../verb.ts'
import { runEnvironment } from './environment-run.ts'
import { wordsWithoutFleet } from './fleet-flags.ts'
import { fleetJson, fleetTable, troubleOf } from './fleet-output.ts'
import { FleetProgress } from './fleet-progress.ts'
import { projectEnvironments } from './project-environments.ts'

/** Runs a verb over several environments, wave after wave. @returns the exit code */
export async function runFleetVerb(context: HelmfileContext, verb: Pick<HelmfileVerb, 'flags' | 'use'>): Promise<number> {
  const { flags, globals, out, cwd, env, argv, program, signal } = context
  const format = flags.string('fleet-output')
  if (format !== 'table' && format !== 'json') throw usage(`--fleet-output is table or json, not ${JSON.stringify(format)}`)
  if (globals.interactive) throw usage('--interactive asks about one environment; several are looked at with diff first', `Run ${program} diff with the same environments.`)
  const project = projectEnvironments(cwd)
  const asked = flags.bool('all-environments') ? await allEnvironments(context) : globals.environments
  const waves = wavesOf(asked, flags.list('wave'), new Map([...project].flatMap(([name, { wave }]) => (wave === undefined ? [] : [[name, wave]]))))
  if (waves.length === 0) throw new PintleError('helmfile.fleet', 'there is no environment to work on', { hint: 'Name them with -e or --wave, or define them in the state file.' })
  const words = wordsWithoutFleet(argv, [...verb.flags, ...helmfileGlobalFlags])
  const progress = new FleetProgress(out, waves.flat())
  const run = flags.bool('as-jobs')
    ? await (await import('./job-runner.ts')).jobRunner(context, words)
    : (environment: string): Promise<EnvironmentReport> => {
      const { kubeContext } = project.get(environment) ?? {}
      const more = kubeContext === undefined || globals.kubeContext !== '' ? [] : ['--kube-context', kubeContext]
      let printed = ''
      return runEnvironment({
        environment, cwd, env, signal, words: [...words, ...more], program: [process.execPath, ...process.execArgv, resolve(process.argv[1]!), ...(program === 'helmfile' ? [] : ['helmfile'])],
        onStdout: (text) => { printed += text },
        onStderr: (text) => progress.said(environment, text),
      }).then((report) => {
        progress.ended(environment, report)
        if (printed.trim() !== '' && format === 'table') out.write(`==> ${environment}\n${printed}`)
        return report
      })
    }
  // Only changes are held back by what is not healthy: whoever looks wants to see all.
  const healthy = /^(apply|sync) /.test(verb.use) ? isHealthy : succeeded
  const outcome = await runFleet(waves, { run, signal, healthy, onEvent: (event) => tell(progress, event, healthy) })
  progress.close()
  out.write(format === 'json' ? `${fleetJson(outcome)}\n` : fleetTable(outcome, out))
  return outcome.code
}

function tell(progress: FleetProgress, event: FleetEvent, healthy: (report: EnvironmentReport) => boolean): void {
  switch (event.type) {
    case 'wave': return progress.note(`wave ${event.wave} of ${event.of}: ${event.environments.join(', ')}`)
    case 'environment': return progress.note(`${event.environment}: ${healthy(event.report) ? (isHealthy(event.report) ? 'healthy' : 'not healthy') : `failed: ${troubleOf(event.report)[0]?.split('\n')[0] ?? `exit code ${event.report.code}`}`}`)
    case 'stopped': return progress.note(`stopped after wave ${event.wave}: ${event.left.join(', ')} ${event.left.length === 1 ? 'is' : 'are'} left as ${event.left.length === 1 ? 'it is' : 'they are'}`)
  }
}

/** The names that state files define. What comes after them in a file may need an environment: it is not looked at. */
async function allEnvironments({ load }: HelmfileContext): Promise<string[]> {
  const names = new Set<string>()
  const onEnvironments = (found: readonly string[]): void => { for (const name of found) names.add(name) }
  try {
    await visitHelmfiles({ ...load, environment: 'default', filter: false, log: () => {}, onEnvironments }, async () => ({ processed: true, errors: [] }))
  } catch (error) {
    if (names.size === 0) throw error
  }
  return [...names]
}
