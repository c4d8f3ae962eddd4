import { words } from './cli-template-cases.ts'
import { said, withoutTimes, type CliPair, type Ran } from './cli-pair.ts'
import type { ControlPlane } from './control-plane.ts'
import { sameState } from './one-state.ts'

/**
 * Command lines that Helm and Pintle run in a namespace each; a line that starts with `=` only reads: Pintle runs it once more on what Helm made, with `==` only
 * there. For what the side-by-side suite (parity/) cannot hold: records kept outside of the cluster.
 */
export interface Scenario { name: string; steps: string; env?: Record<string, string> }
export interface Step { line: string; theirs: Ran; ours: Ran }

/** Runs a scenario with both programs, each in a namespace of its own, and yields what must be equal after each step. */
export async function* runScenario(pair: CliPair, plane: ControlPlane, cwd: string, scenario: Scenario): AsyncGenerator<Step> {
  const id = Math.random().toString(36).slice(2, 7)
  const [theirNamespace, ourNamespace] = [`h-${id}`, `p-${id}`]
  for (const name of [theirNamespace, ourNamespace]) {
    await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    for (let i = 0; i < 100 && (await plane.cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', namespace: name })) === undefined; i++) await new Promise((r) => setTimeout(r, 50))
  }
  const options = (namespace: string) => ({ cwd, env: { KUBECONFIG: plane.kubeconfig, HELM_NAMESPACE: namespace, ...scenario.env } })
  const neutral = (text: string): string => withoutTimes(text).replaceAll(theirNamespace, '<ns>').replaceAll(ourNamespace, '<ns>').replaceAll(plane.server, '<server>')
  for (const raw of scenario.steps.trim().split('\n').map((l) => l.trim()).filter((l) => l !== '')) {
    const reads = raw.startsWith('=')
    const argsFor = (namespace: string) => words(raw.replace(/^==? /, '').replaceAll('{ns}', namespace))
    const theirs = await pair.helm(argsFor(theirNamespace), options(theirNamespace))
    if (reads) {
      yield { line: raw, ...(await sameState(theirs, () => pair.helm(argsFor(theirNamespace), options(theirNamespace)), () => pair.linked(argsFor(theirNamespace), options(theirNamespace)))) }
      if (raw.startsWith('==')) continue
    }
    const ours = await pair.linked(argsFor(ourNamespace), options(ourNamespace))
    // Live objects change by themselves; what two of them hold is compared where both programs look at the same ones.
    if (raw.startsWith('= status') && theirs.code === 0) continue
    yield { line: raw, theirs: twin(theirs, neutral), ours: twin(ours, neutral) }
  }
}

const twin = ({ code, out, err }: Ran, neutral: (text: string) => string): Ran => ({ code, out: neutral(out), err: neutral(said(err)).replace(/-[a-z0-9]{5}(?=[" :,]|$)/gm, '-<id>') })
