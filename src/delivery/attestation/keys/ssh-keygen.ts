import { spawn } from 'node:child_process'
import { PintleError } from '../../../errors/index.ts'
import type { SshPublicKey } from './ssh-public-key.ts'
import { sshNamespace, unarmorSshSignature } from './ssh-signature.ts'
import type { SigningKey } from './signing-key.ts'

const longestOutput = 1 << 16

/**
 * A key file that only OpenSSH can use: it is encrypted, or its private half lies on a security key. `ssh-keygen -Y sign` asks on the terminal for what it needs.
 * @param why it cannot be read here, for the error where there is no ssh-keygen
 */
export function sshKeygenKey(path: string, publicKey: SshPublicKey, why: string): SigningKey {
  return { id: publicKey.id, verifying: publicKey, sign: async (data, { signal } = {}) => {
    const { code, out, err } = await run(['-Y', 'sign', '-n', sshNamespace, '-f', path], data, signal)
    const failed = (text: string): PintleError => new PintleError('attestation.key', `${path}: ${why}, and ssh-keygen ${text}`, { hint: 'Add the key to an agent with ssh-add, and use --ssh-agent.' })
    if (code === undefined) throw failed('is not here')
    const signature = unarmorSshSignature(out)
    if (code !== 0 || signature === undefined) throw failed(`did not sign${err === '' ? '' : `: ${err.slice(0, 300)}`}`)
    if (!publicKey.verifies(data, signature)) throw failed('signed with another key')
    return signature
  } }
}

function run(args: readonly string[], input: Uint8Array, signal: AbortSignal | undefined): Promise<{ code: number | undefined; out: string; err: string }> {
  return new Promise((done, fail) => {
    const child = spawn('ssh-keygen', args, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal && { signal }) })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => { if (out.length < longestOutput) out += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => { if (err.length < longestOutput) err += chunk.toString() })
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? done({ code: undefined, out, err }) : fail(error)))
    child.on('close', (code) => done({ code: code ?? 1, out, err: err.trim() }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
