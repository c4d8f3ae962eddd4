import type { ChartContent } from '../helm-runner.ts'

/** A chart as the objects its templates are, or as files below its folder; anything whose name ends in `.yaml` is one file. `NAMESPACE` stands for the namespace without dashes. */
export type Charts = Readonly<Record<string, ChartContent | readonly unknown[] | Readonly<Record<`${string}.${string}`, string>> | string>>

/**
 * Steps and what they work on. Every line of `steps` is run in three worlds (Helm on a real control plane, Pintle on it, Pintle on the sandbox), and after each the
 * worlds must agree in what was said and in what there is. A line is
 *
 * - a command line for the tool of the world, where `␣` is a blank inside a word and `{ns}` the namespace; variables may come before it;
 * - `= command`: the same, of something that only reads: Pintle also runs it on what Helm made; `== command` is run only there;
 * - `4 command`, `3 command`: run by the real Helm 4 or 3 in every world;
 * - `~ edit`: somebody else's change to a live object, see `live-edits.ts`;
 * - `≠ row: difference`: what the step before does otherwise on purpose. `row` begins the row of docs/compatibility.md that says why. The difference
 *   is compared to the letter, as the suite prints it; without such a line there may be none;
 * - `≉ row: path`: the sandbox alone differs there, in what it cannot know; what else it does is compared.
 */
export interface Scenario {
  readonly name: string
  readonly steps: string
  readonly charts?: Charts
  /** The name Pintle is called by. As `pintle` it adds hints to Helm's words. Default `helm`. */
  readonly as?: 'helm' | 'pintle'
  /** Adds a world of Helm 3: its exit codes, objects and records must be Helm 4's, as far as Helm 3 knows of what they hold. For releases it installed. */
  readonly helm3?: true
}

export interface Step { readonly line: string; readonly differences: readonly string[]; readonly onSandbox: readonly string[] }

/** The lines of a scenario with the differences expected after each. */
export function stepsOf(scenario: Scenario): Step[] {
  const steps: { line: string; differences: string[]; onSandbox: string[] }[] = []
  for (const line of scenario.steps.split('\n').map((l) => l.trim()).filter((l) => l !== '')) {
    if (line.startsWith('≠ ')) steps.at(-1)!.differences.push(line.slice(2))
    else if (line.startsWith('≉ ')) steps.at(-1)!.onSandbox.push(line.slice(2))
    else steps.push({ line, differences: [], onSandbox: [] })
  }
  return steps
}

/** The words of a command line and the variables before it. */
export function parseLine(line: string): { env: Record<string, string>; args: string[] } {
  const args = line.split(' ').map((word) => word.replaceAll('␣', ' '))
  const env: Record<string, string> = {}
  while (/^[A-Z_]+=/.test(args[0]!)) {
    const [name, value] = args.shift()!.split(/=(.*)/s) as [string, string]
    env[name] = value
  }
  return { env, args }
}
