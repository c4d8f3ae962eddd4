import type { ChildProcess } from 'node:child_process'
import { PintleError } from '../../errors/index.ts'
import { goQuote } from './go-text.ts'
import type { ExecEntry } from './kubeconfig-types.ts'

export interface ExecCredential { token?: string; cert?: string; key?: string; expires?: number }

export interface ExecPluginOptions {
  env: NodeJS.ProcessEnv
  /** Whether the user can answer on standard input. Default: it is a terminal. */
  interactive?: boolean
}

const helpText = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`

/** The versions of the plugin protocol that client-go knows. */
export const execVersions: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

/**
 * Runs a credential plugin once (client-go plugin/pkg/client/auth/exec). What it writes to standard error goes to ours, since it may ask the
 * user to log in; what it prints is a secret and never part of an error.
 * @throws PintleError `kube.unauthorized`: "getting credentials: ..."
 */
export async function runExecPlugin(config: ExecEntry & { clusterInfo: unknown }, options: ExecPluginOptions): Promise<ExecCredential> {
  const apiVersion = config.apiVersion ?? ''
  const command = config.command ?? ''
  const mode = config.interactiveMode || 'IfAvailable'
  const terminal = options.interactive ?? process.stdin.isTTY === true
  if (mode === 'Always' && !terminal) throw execError('exec plugin cannot support interactive mode: standard input is not a terminal')
  const interactive = mode !== 'Never' && terminal
  const info: Record<string, unknown> = { kind: 'ExecCredential', apiVersion, spec: { ...(config.provideClusterInfo ? { cluster: config.clusterInfo } : {}), interactive } }
  const env: NodeJS.ProcessEnv = { ...options.env }
  for (const variable of config.env ?? []) if (variable.name) env[variable.name] = variable.value ?? ''
  env.KUBERNETES_EXEC_INFO = JSON.stringify(info)

  const output = await run(command, config.args ?? [], env, interactive, config.installHint)
  let answer: any
  try {
    answer = output.trim() === '' ? {} : JSON.parse(output)
  } catch {
    // What it printed may be a secret in the wrong form: not a word of it is repeated.
    throw execError('decoding stdout: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }')
  }
  // Go decodes an object that does not say what it is into the type it has at hand, whose version is called "__internal".
  if (answer?.kind === undefined) throw execError(`exec plugin is configured to use API version ${apiVersion}, plugin returned version client.authentication.k8s.io/__internal`)
  if (answer.kind !== 'ExecCredential') throw execError(`decoding stdout: no kind ${goQuote(String(answer?.kind ?? ''))} is registered for the plugin's API`)
  if (answer.apiVersion !== apiVersion) {
    throw execError(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${answer.apiVersion}`)
  }
  const status = answer.status
  if (status === undefined || status === null) throw execError("exec plugin didn't return a status field")
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status
  if (!token && !cert && !key) throw execError("exec plugin didn't return a token or cert/key pair")
  if (!cert !== !key) throw execError('exec plugin returned only certificate or key, not both')
  const credential: ExecCredential = {}
  if (token) credential.token = token
  if (cert) Object.assign(credential, { cert, key })
  if (typeof expirationTimestamp === 'string' && !Number.isNaN(Date.parse(expirationTimestamp))) credential.expires = Date.parse(expirationTimestamp)
  return credential
}

const outputLimit = 4 << 20

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, interactive: boolean, installHint: string | undefined): Promise<string> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(command, [...args], { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'] })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout!.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > outputLimit) child.kill()
      else chunks.push(chunk)
    })
    child.on('error', error => {
      const code = (error as NodeJS.ErrnoException).code
      // Only a name looked up on the PATH is "not found"; a path is simply tried (os/exec).
      if (code !== 'ENOENT' || command.includes('/')) return reject(execError(`exec: fork/exec ${command}: ${code === 'EACCES' ? 'permission denied' : code === 'ENOENT' ? 'no such file or directory' : code}`, 'The kubeconfig user names this program, which gives its credentials: correct the path, or install it there.'))
      reject(execError(`exec: executable ${command} not found${helpText}${installHint ? `\n\n${printable(installHint)}` : ''}`, `Install ${command}, which the kubeconfig user gets its credentials from, or put its folder on the PATH.`))
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString())
      else reject(execError(`exec: executable ${command} failed with exit code ${signal === null ? code : -1}`, `What ${command} said stands above: its login may have expired. Log in again and try it by itself.`))
    })
  })
}

/** An install hint is shown on a terminal: control characters other than white space are spelled out. */
function printable(text: string): string {
  return text.replace(/(?![\t-\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu, c => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
}

function execError(message: string, hint?: string): PintleError {
  return new PintleError('kube.unauthorized', `getting credentials: ${message}`, hint === undefined ? {} : { hint })
}
