import { spawn } from 'node:child_process'
import { PintleError } from '../../errors/index.ts'
import type { KeyOptions, KeySource } from './key-source.ts'

/** Far more than the key of a file. */
const maxOutput = 1 << 16

/**
 * PGP keys are gpg's, as they are for SOPS: its agent holds them and asks for passphrases. The message goes in by standard input and the key comes out by standard
 * output. Upstream: decryptWithGPG in pgp/keysource.go.
 */
export function gpgKeys({ env = process.env, signal }: KeyOptions): KeySource {
  return (key) => new Promise((resolve, reject) => {
    const child = spawn(env.SOPS_GPG_EXEC || 'gpg', ['--use-agent', '--batch', '--quiet', '-d'], { env: { ...env } as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'ignore'], timeout: 120_000, ...(signal && { signal }) })
    const parts: Buffer[] = []
    let size = 0
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size > maxOutput) child.kill()
      else parts.push(part)
    })
    child.on('error', (error) => reject(error.name === 'AbortError' ? error : new PintleError('secrets.key', `gpg cannot be run: ${(error as { code?: string }).code ?? 'unknown'}`)))
    child.on('close', (code) => resolve(code === 0 && size <= maxOutput ? Buffer.concat(parts) : undefined))
    // A gpg that ends early is told by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(key.enc)
  })
}
