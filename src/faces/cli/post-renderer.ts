import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { postRendered, type Rendered } from '../../charts/render/index.ts'
import type { CommandContext } from './command.ts'
import { usage } from './flags.ts'
import { isKustomization, postRenderers } from './post-renderer-names.ts'
import { evaluatesTemplates, secretReading } from './secret-reading.ts'
import { findPlugins, pluginCommand, type Plugin } from './plugins.ts'

/** What a post-renderer may write, in bytes: many times what a release record can hold. */
const outputLimit = 64 << 20
const errorLimit = 16 << 10

export type PostRender = (rendered: Rendered) => Promise<Rendered>

/**
 * --post-renderer: `kustomize:DIR`, a plugin of that name, as Helm 4 takes it, else a command, as Helm 3 took it. All but commands get hooks and all else in one
 * stream; a command gets the manifest, and hooks pass it by.
 * @returns undefined without the flag. Throws pflag's error when it names neither, before anything else is done.
 */
export function postRendererOf(context: CommandContext): PostRender | undefined {
  const { flags, settings, out } = context
  const evaluates = evaluatesTemplates(settings)
  const [wanted, ...more] = postRenderers(flags)
  if (wanted === undefined) return evaluates ? (rendered) => postRendered(rendered, renderOptions(context), (stream) => evaluate(stream, context)) : undefined
  const invalid = (why: string, hint?: string) => usage(`invalid argument ${JSON.stringify(wanted)} for "--post-renderer" flag: ${why}`, hint)
  if (more.length > 0 || evaluates) throw invalid('cannot specify --post-renderer flag more than once')
  if (isKustomization(wanted)) return (rendered) => postRendered(rendered, renderOptions(context), (stream) => overKustomization(context, stream, wanted))
  const args = flags.list('post-renderer-args')
  let plugin: Plugin | undefined
  try {
    plugin = findPlugins(settings.plugins, (text) => out.warn(text)).find((p) => p.name === wanted && p.type === 'postrenderer/v1')
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (plugin !== undefined) {
    if (plugin.runtime !== 'subprocess') throw invalid(`the runtime ${plugin.runtime} of plugin ${plugin.name} is not supported`, 'Pintle runs plugins of runtime subprocess.')
    return (rendered) => postRendered(rendered, renderOptions(context), (stream) => runPlugin(plugin, args, stream, context))
  }
  const program = findProgram(wanted)
  if (program === undefined) throw invalid(`plugin: {Name:${wanted} Type:postrenderer/v1} not found`, `There is no such plugin in ${settings.plugins}, and no such command on the PATH.`)
  if (!out.plain) out.note(`note: Helm 4 takes a plugin for --post-renderer; the command ${wanted} runs as in Helm 3, and hooks pass it by`)
  return async (rendered) => ({ ...rendered, manifest: await runCommand(program, args, rendered.manifest, context) })
}

/** What is rendered becomes a resource of the kustomization, in memory. */
async function overKustomization(context: CommandContext, stream: string, name: string): Promise<string> {
  const { kustomizationOf, kustomized } = await import('./kustomize/post-render.ts')
  return kustomized(context, stream, kustomizationOf(name))
}

/** References in what was rendered: helm-secrets' own post-renderer. */
async function evaluate(stream: string, context: CommandContext): Promise<string> {
  const { References, evaluateDocuments, secretSettings } = await import('../../charts/references/index.ts')
  try {
    return await evaluateDocuments(stream, new References({ ...secretReading(context), signal: context.signal, failOnMissingKey: true, onSecrets: (found) => context.out.hide(found) }), 'yaml', secretSettings(context.settings.env).decodeSecrets)
  } catch (error) {
    throw isPintleError(error, 'secrets.reference') && !error.message.startsWith('[') ? failure(`error while running post render on files: [helm-secrets] vals error: ${error.message}`, error.hint) : error
  }
}

const renderOptions = ({ flags }: CommandContext) => ({
  includeCrds: flags.has('include-crds') && flags.bool('include-crds'),
  hideSecrets: flags.has('hide-secret') && flags.bool('hide-secret'),
})

/** Upstream: runPostrenderer in internal/plugin/runtime_subprocess.go, which throws away what the plugin says on standard error. */
async function runPlugin(plugin: Plugin, extra: readonly string[], stream: string, context: CommandContext): Promise<string> {
  const { name, folder } = plugin
  const env = { ...process.env, HELM_PLUGIN_NAME: name, HELM_PLUGIN_DIR: folder }
  const prefix = `error while running post render on files: failed to invoke post-renderer plugin ${JSON.stringify(name)}`
  try {
    const [program, args] = pluginCommand(plugin, extra, env)
    const { output, failed, said } = await run(program, args, stream, env, context)
    if (failed !== undefined) throw failure(`${prefix}: plugin ${JSON.stringify(name)} exited with error`, `It ended with ${failed}${said === '' ? ' and said nothing.' : `, and said:\n${said}`}`)
    if (output.trim() !== '') return output
  } catch (error) {
    throw isPintleError(error) ? error : failure(`${prefix}: ${(error as Error).message}`)
  }
  throw failure(`error while running post render on files: post-renderer ${JSON.stringify(name)} produced empty output`)
}

/** Upstream: Helm 3's pkg/postrender/exec.go. */
async function runCommand(program: string, args: readonly string[], manifest: string, context: CommandContext): Promise<string> {
  const { output, failed, said } = await run(program, args, manifest, process.env, context)
  if (failed === undefined) return output
  throw failure(`error while running post render on files: error while running command ${program}. error output:\n${said === '' ? '' : `${said}\n`}: ${failed}`)
}

const failure = (message: string, hint?: string): PintleError => new PintleError('template.exec', message, hint === undefined ? {} : { hint })

interface Ran { output: string; failed?: string; said: string }

/** Runs a program over a text. It may take as long as --timeout, and ends with the command's signal. */
function run(program: string, args: readonly string[], input: string, env: NodeJS.ProcessEnv, { flags, signal }: CommandContext): Promise<Ran> {
  const limit = AbortSignal.timeout(Math.max(1, flags.duration('timeout')))
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], signal: AbortSignal.any([signal, limit]), killSignal: 'SIGKILL' })
    const output: Buffer[] = []
    let size = 0
    let said = ''
    let tooLarge = false
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= outputLimit) return output.push(chunk)
      tooLarge = true
      return child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-errorLimit) })
    child.on('error', (error: NodeJS.ErrnoException) => {
      child.stdout.destroy()
      child.stderr.destroy()
      if (signal.aborted) fail(signal.reason)
      else if (limit.aborted) fail(failure(`the post-renderer ${program} did not end within the timeout`, 'Raise --timeout, or look at what it waits for.'))
      else fail(failure(`the post-renderer ${program} cannot be run: ${error.message}`))
    })
    child.on('close', (code, killed) => {
      if (tooLarge) fail(failure(`the post-renderer ${program} wrote more than ${outputLimit >> 20} MiB`))
      else done({ output: Buffer.concat(output).toString(), said: said.trimEnd(), ...(code === 0 ? {} : { failed: killed === null ? `exit status ${code}` : `signal: ${killed}` }) })
    })
    // A program that does not want to read all is no failure.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** Go's exec.LookPath: a path is taken as it is, a name is looked up on the PATH. */
function findProgram(name: string): string | undefined {
  const places = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name))
  return places.map((place) => resolve(place)).find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return statSync(place).isFile()
    } catch {
      return false
    }
  })
}
