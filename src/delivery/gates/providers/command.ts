import { HiddenTexts } from '../../../errors/index.ts'
import { isMap } from '../../settings/index.ts'
import type { GateSubject, Judgement, MetricProvider, RawAnswer, Verdict } from '../types.ts'
import { jsonOf } from './ask.ts'
import type { CommandSettings } from './command-settings.ts'
import type { OpenProviderOptions, ProviderSettings } from './provider-kind.ts'
import { runCommand, type CommandEnd } from './run-command.ts'
import { oneLine, rawAnswer } from './words.ts'

/** Exit codes that are no plain failure; 126 and 127 are the shell's: it could not run the command, so nothing was judged. */
const verdicts: Readonly<Record<number, Verdict>> = { 0: 'pass', 3: 'inconclusive', 4: 'error', 126: 'error', 127: 'error' }

/**
 * A command that judges a step: `check-slo.sh SERVICE STEP`, the step in percent. Exit code 0 passes, 3 is inconclusive, 4 an error, any other fails. It may print a JSON object with `value`,
 * `threshold`, `samples` and `reason`, as its only or last line; the exit code decides all the same.
 *
 * Service and step are put behind the line, unless it names them itself: `$1`, `$2`, `$@` or a variable PINTLE_*.
 */
export async function openCommand(settings: ProviderSettings, { env, folder, hide }: OpenProviderOptions): Promise<MetricProvider> {
  const { run, timeout } = settings as CommandSettings
  // What it prints may repeat its environment.
  const hidden = new HiddenTexts(() => '***')
  for (const [name, value] of Object.entries(env)) if (value !== undefined && /token|secret|passw|credential|(?:^|_)key$|api_?key/i.test(name)) hidden.add(value)
  const clean = (text: string): string => hide(hidden.clean(text))
  const endpoint = clean(oneLine(run, 200))
  return {
    name: 'command', endpoint, simulated: false,
    measure: (query, { at, signal }) => {
      signal?.throwIfAborted()
      return Promise.resolve({ kind: 'error', message: 'a command gives verdicts, and no numbers to measure', raw: rawAnswer({ query: query.text, endpoint, at, body: '' }, clean) })
    },
    async judge(subject, { at, window, signal }) {
      const args = [subject.service, String(subject.weight)]
      const line = /\$(?:[12@*]|\{[12@*]\}|\{?PINTLE_)/.test(run) ? run : `${run} "$@"`
      const ended = await runCommand(line, args, { cwd: folder, env: { ...env, ...variablesOf(subject, at, window) }, timeout, signal })
      const body = [ended.stdout, ended.stderr].filter((text) => text !== '').join('\n')
      return judgementOf(ended, rawAnswer({ query: [run, ...args].join(' '), endpoint, at, body }, clean), clean)
    },
  }
}

/** What a command is told of the step. */
export function variablesOf(subject: GateSubject, at: number, window: number): Record<string, string> {
  return {
    PINTLE_SERVICE: subject.service, PINTLE_STEP: subject.step, PINTLE_WEIGHT: String(subject.weight), PINTLE_RELEASE: subject.release, PINTLE_NAMESPACE: subject.namespace, PINTLE_ENVIRONMENT: subject.environment,
    PINTLE_CANARY: subject.canary, PINTLE_STABLE: subject.stable, PINTLE_CANARY_HASH: subject.canaryHash ?? '', PINTLE_STABLE_HASH: subject.stableHash ?? '',
    PINTLE_WINDOW_SECONDS: String(Math.round(window / 1000)), PINTLE_TIME: new Date(at).toISOString(),
  }
}

function judgementOf({ code, problem, stdout, stderr }: CommandEnd, raw: RawAnswer, clean: (text: string) => string): Judgement {
  if (code === undefined) return { verdict: 'error', reason: clean(`the command: ${problem ?? 'no exit code'}`), raw }
  const verdict = verdicts[code] ?? 'fail'
  const said = reportOf(stdout)
  const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
  const words = typeof said.reason === 'string' ? said.reason : lastLine(stderr) || (said === nothing ? lastLine(stdout) : '')
  const reason = `exit code ${code}${words === '' ? '' : `: ${oneLine(clean(words), 200)}`}`
  return {
    verdict, raw, ...(verdict !== 'pass' && { reason }), ...(finite(said.value) && { value: said.value }), ...(finite(said.threshold) && { threshold: said.threshold }),
    ...(finite(said.samples) && said.samples >= 0 && { samples: said.samples }), ...(typeof said.unit === 'string' && { unit: oneLine(clean(said.unit), 20) }),
    ...((said.comparison === '<=' || said.comparison === '>=') && { comparison: said.comparison }),
  }
}

const nothing: Readonly<Record<string, unknown>> = {}

/** The JSON object that a command printed: all of its output, or its last line. */
function reportOf(stdout: string): Readonly<Record<string, unknown>> {
  for (const text of [stdout, lastLine(stdout)]) {
    const json = jsonOf(text)
    if (isMap(json)) return json
  }
  return nothing
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!.trim()
