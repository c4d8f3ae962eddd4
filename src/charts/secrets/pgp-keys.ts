import { PintleError } from '../../errors/index.ts'
import type { KeyOptions, KeySource } from './key-source.ts'
import { outputOf } from './program-output.ts'

/**
 * PGP keys are gpg's, as they are for SOPS: its agent holds them and asks for passphrases. What goes in goes by standard input and what comes out by standard
 * output. Upstream: encryptWithGnuPG and decryptWithGnuPG in pgp/keysource.go.
 */
export function pgpKeys(options: KeyOptions): KeySource {
  const gpg = (args: readonly string[], input: string | Uint8Array): ReturnType<typeof outputOf> => outputOf(options.env?.SOPS_GPG_EXEC || 'gpg', args, { ...options, input })
  return {
    async open(key) {
      if (options.pgpKeys !== undefined) return await (await import('./pgp-private-keys.ts')).openWithPrivateKeys(key.enc, options.pgpKeys)
      const { code, stdout } = await gpg(['--use-agent', '--batch', '--quiet', '-d'], key.enc)
      return code === 0 && stdout.length > 0 ? stdout : undefined
    },
    async wrap({ fields: { fp = '' } }, dataKey) {
      // It is an argument of gpg.
      if (!/^[0-9A-Fa-f]{8,64}!?$/.test(fp)) throw new PintleError('secrets.key', 'it is no fingerprint')
      const { code, stdout, stderr } = await gpg(['--batch', '--no-default-recipient', '--yes', '--encrypt', '-a', '-r', fp, '--trusted-key', shortened(fp), '--no-encrypt-to'], dataKey)
      if (code !== 0) throw new PintleError('secrets.key', stderr.split('\n').find((line) => line.startsWith('gpg:'))?.slice(0, 200) ?? `gpg ended with ${code}`)
      return stdout.toString('latin1').trim()
    },
  }
}

/** Sixteen digits, and the mark that no subkey is meant. Upstream: shortenFingerprint. */
const shortened = (fp: string): string => fp.slice(fp.endsWith('!') ? -17 : -16)
