import { resolve } from 'node:path'
import type { Cluster } from '../../../cluster/kube/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { parseBool, type Value } from '../../../language/go/index.ts'
import type { LogLevel } from '../load-options.ts'
import type { LoadedState } from '../loaded-state.ts'
import type { Hook } from '../spec.ts'
import { applyManifests, applyText } from './apply-manifests.ts'
import { exitText } from './exit-text.ts'
import { hookData, type HookEvent } from './hook-data.ts'
import { runProgram } from './run-program.ts'

/** What hooks reach beside the state. */
export interface HookHost {
  /** Renders a template in the state's folder, with helmfile's functions. */
  readonly render: (text: string, data: Map<string, Value>) => string | Promise<string>
  /** The environment of programs: the process's own. Nothing decrypted is added to it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (level: LogLevel, message: string) => void
  /** The cluster that kubectl would speak to: the kubeconfig's current context. */
  readonly cluster: () => Promise<Cluster>
  /** `kustomize build` of a folder. */
  readonly kustomize: (folder: string) => Promise<string>
  readonly fetch?: (url: string) => Promise<string>
  readonly signal?: AbortSignal
}

/**
 * Runs the hooks of an event in their order, each to its end: those of the release, or of the whole file where the event has none.
 * Source: Bus.Trigger in pkg/event/bus.go.
 * @returns whether any ran
 * @throws PintleError helmfile.hook at the first that fails
 */
export async function runHooks(state: Pick<LoadedState, 'cwd' | 'basePath' | 'file' | 'spec' | 'environment' | 'renderedValues'>, event: HookEvent, host: HookHost): Promise<boolean> {
  const hooks = event.release?.hooks ?? state.spec.hooks
  if (hooks.length > 0 && disabled(host.env)) throw new PintleError('helmfile.hook', 'HELMFILE_DISABLE_HOOKS is active, hooks are disabled')
  let ran = false
  for (const hook of hooks) {
    if (!hook.events.includes(event.name)) continue
    await runHook(hook, state, event, host)
    ran = true
  }
  return ran
}

async function runHook(hook: Hook, { cwd, basePath, file, ...state }: Parameters<typeof runHooks>[0], event: HookEvent, host: HookHost): Promise<void> {
  const kubectl = hook.kubectlApply.size > 0
  const name = hook.name || (kubectl ? 'kubectlApply' : hook.command)
  const failing = (text: string, cause?: unknown): PintleError => new PintleError('helmfile.hook', `hook[${name}]: ${text}`, { cause })
  const applied = kubectl ? appliedPath(hook, host, failing) : undefined
  host.log('debug', `hook[${name}]: stateFilePath=${file}, basePath=${basePath}\n`)
  host.log('debug', `hook[${name}]: triggered by event ${JSON.stringify(event.name)}\n`)
  const data = hookData(state, event)
  const render = async (text: string): Promise<string> => {
    try {
      return await host.render(text, data)
    } catch (error) {
      throw failing((error as Error).message, error)
    }
  }
  const command = applied === undefined ? await render(hook.command) : 'kubectl'
  const args: string[] = []
  for (const text of applied === undefined ? hook.args : [applied.path]) args.push(await render(text))
  const folder = resolve(cwd, basePath)
  const { output, failed } = applied === undefined ? await program(command, args, folder, host) : await apply(applied.kind, args[0]!, folder, host)
  host.log('debug', `hook[${name}]: ${output}\n`)
  if (hook.showlogs) {
    const prefix = `\nhook[${event.name}] logs | `
    host.log('info', prefix + output.replaceAll('\n', prefix))
  }
  if (failed !== undefined) throw failing(`command \`${command}\` failed: ${failed}`)
}

interface Ran { readonly output: string; readonly failed?: string }

async function program(command: string, args: readonly string[], cwd: string, { env, log, signal }: HookHost): Promise<Ran> {
  const result = await runProgram(command, args, { cwd, env, ...(signal !== undefined && { signal }) })
  for (const line of result.combined === '' ? [] : result.combined.split('\n')) log('debug', `${command.slice(command.lastIndexOf('/') + 1)}> ${line.trim()}`)
  if (result.notStarted !== undefined) return { output: '', failed: `unexpected error: ${result.notStarted}` }
  if (result.failed === undefined) return { output: result.stdout }
  return { output: result.stdout, failed: exitText({ path: result.path, words: [command, ...args], error: result.failed, status: result.code, stderr: result.stderr, combined: result.combined }) }
}

/** kubectlApply, without kubectl. */
async function apply(kind: 'filename' | 'kustomize', path: string, cwd: string, host: HookHost): Promise<Ran> {
  const { fetch, signal } = host
  const options = { cwd, ...(fetch !== undefined && { fetch }), ...(signal !== undefined && { signal }) }
  try {
    const cluster = await host.cluster()
    return { output: kind === 'filename' ? await applyManifests(cluster, path, options) : await applyText(cluster, await host.kustomize(resolve(cwd, path)), options) }
  } catch (error) {
    return { output: '', failed: (error as Error).message }
  }
}

/** Source: prepareKubectlHook in pkg/event/bus.go. */
function appliedPath({ command, kubectlApply }: Hook, { log }: HookHost, failing: (text: string) => PintleError): { kind: 'filename' | 'kustomize'; path: string } {
  if (command !== '') log('warn', `warn: ignoring command '${command}' given within a kubectlApply hook`)
  const filename = kubectlApply.get('filename')
  const kustomize = kubectlApply.get('kustomize')
  if (filename !== undefined && kustomize !== undefined) throw failing('kustomize & filename cannot be used together')
  if (filename !== undefined) return { kind: 'filename', path: filename }
  if (kustomize !== undefined) return { kind: 'kustomize', path: kustomize }
  throw failing('either kustomize or filename must be given')
}

function disabled(env: HookHost['env']): boolean {
  try {
    return parseBool(env.HELMFILE_DISABLE_HOOKS ?? '')
  } catch {
    return false
  }
}
