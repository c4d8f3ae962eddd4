import { connect } from 'node:net'
import { PintleError } from '../../../errors/index.ts'
import { SshPublicKey } from './ssh-public-key.ts'
import { sshSignature, sshSignedData } from './ssh-signature.ts'
import type { SigningKey } from './signing-key.ts'
import { SshReader, sshString, sshUint32 } from '../../../charts/ssh/index.ts'

// draft-ietf-sshm-ssh-agent
const requestIdentities = 11
const identitiesAnswer = 12
const signRequest = 13
const signResponse = 14
const rsaSha512 = 4

const longestAnswer = 1 << 18
const mostKeys = 2048

export interface AgentOptions {
  /** Path of the agent's socket: SSH_AUTH_SOCK. */
  readonly socket: string
  /** Longest wait for one answer, in milliseconds: somebody may have to touch a token. */
  readonly timeout?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The keys an agent holds and Pintle can use; others are left out.
 * @throws PintleError attestation.key
 */
export async function agentKeys(options: AgentOptions): Promise<(SigningKey & { readonly comment: string })[]> {
  const reader = await ask(Buffer.of(requestIdentities), identitiesAnswer, options)
  const keys: (SigningKey & { comment: string })[] = []
  try {
    for (let left = Math.min(reader.uint32(), mostKeys); left > 0; left--) {
      const blob = Buffer.from(reader.string())
      const comment = reader.string().toString('utf8')
      const key = usable(blob)
      if (key !== undefined) keys.push({ id: key.id, verifying: key, comment, sign: (data, { signal } = {}) => signBy(key, data, { ...options, signal: signal ?? options.signal }) })
    }
  } catch (error) {
    throw new PintleError('attestation.key', `the SSH agent's answer is not readable: ${(error as Error).message}`)
  }
  return keys
}

function usable(blob: Buffer): SshPublicKey | undefined {
  try {
    return new SshPublicKey(blob, 'a key of the agent')
  } catch {
    return undefined
  }
}

async function signBy(key: SshPublicKey, data: Uint8Array, options: AgentOptions): Promise<Buffer> {
  const hash = 'sha512'
  const reader = await ask(Buffer.concat([Buffer.of(signRequest), sshString(key.blob), sshString(sshSignedData(data, hash)), sshUint32(key.type === 'ssh-rsa' ? rsaSha512 : 0)]), signResponse, options)
  const signature = sshSignature(key.blob, hash, reader.string())
  if (!key.verifies(data, signature)) throw new PintleError('attestation.key', `the SSH agent's signature is not by the key ${key.id}`)
  return signature
}

/** One question, one answer, one connection. */
function ask(request: Buffer, expected: number, { socket, timeout = 60_000, signal }: AgentOptions): Promise<SshReader> {
  return new Promise((done, fail) => {
    const connection = connect({ path: socket })
    const end = (error: Error | undefined, reader?: SshReader): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      connection.destroy()
      if (error === undefined) done(reader!)
      else fail(error)
    }
    const refuse = (why: string, hint = '`ssh-add -l` lists what the agent holds.'): void => end(new PintleError('attestation.key', `the SSH agent ${why}`, { hint }))
    const aborted = (): void => end(signal!.reason as Error)
    const timer = setTimeout(() => refuse('did not answer in time'), timeout)
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted)
    let got = Buffer.alloc(0)
    connection.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk])
      if (got.length < 4) return
      const length = got.readUInt32BE()
      if (length === 0 || length > longestAnswer || got.length > length + 4) return refuse('answers against its protocol')
      if (got.length < length + 4) return
      if (got[4] !== expected) return refuse(expected === signResponse ? 'refused to sign' : 'refused to list its keys')
      end(undefined, new SshReader(got.subarray(5)))
    })
    connection.on('error', (error) => refuse(`at ${socket} cannot be reached: ${error.message}`, 'Start one (`eval $(ssh-agent)`), and add the key with ssh-add.'))
    connection.on('close', () => refuse('closed the connection without an answer'))
    connection.write(Buffer.concat([sshUint32(request.length), request]))
  })
}
