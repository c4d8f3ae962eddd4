import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import { outputOf, type ProgramOutput } from '../program-output.ts'

/**
 * PGP keys are gpg's, as they are for SOPS: its agent holds them and asks for passphrases. What goes in goes by standard input and what comes out by standard
 * output. Where gpg is not there, or has no such key, key rings of the old form are read: pubring.gpg and secring.gpg of its folder, as `gpg --export` writes them.
 * Upstream: pgp/keysource.go, which reads the rings first.
 */
export function pgpKeys(options: KeyOptions): KeySource {
  const gpg = (args: readonly string[], input: string | Uint8Array): Promise<ProgramOutput> => outputOf((options.env ?? process.env).SOPS_GPG_EXEC || 'gpg', args, { ...options, input })
  return {
    async open(key) {
      if (options.pgpKeys !== undefined) return await (await import('./private-keys.ts')).openWithPrivateKeys(key.enc, options.pgpKeys, options)
      return await either(async () => {
        const { code, stdout, stderr } = await gpg(['--use-agent', '--batch', '-d'], key.enc)
        if (code === 0) return stdout.length > 0 ? stdout : undefined
        const why = saying(stderr)
        if (why === undefined || /No secret key/i.test(why)) return undefined
        throw new PintleError('secrets.key', why)
      }, async () => await (await import('./key-rings.ts')).openWithRings(key.enc, options))
    },
    async wrap({ fields: { fp = '' } }, dataKey) {
      // It is an argument of gpg.
      if (!/^[0-9A-Fa-f]{8,64}!?$/.test(fp)) throw new PintleError('secrets.key', 'it is no fingerprint')
      const wrapped = await either(async () => {
        const { code, stdout, stderr } = await gpg(['--batch', '--no-default-recipient', '--yes', '--encrypt', '-a', '-r', fp, '--trusted-key', shortened(fp), '--no-encrypt-to'], dataKey)
        if (code !== 0) throw new PintleError('secrets.key', saying(stderr) ?? `gpg ended with ${code}`)
        return stdout.toString('latin1').trim()
      }, async () => await (await import('./key-rings.ts')).wrapWithRings(fp, dataKey, options))
      return wrapped!
    },
  }
}

/** What gpg does, or the rings when it does nothing; what gpg says when they do nothing either. */
async function either<T>(first: () => Promise<T | undefined>, second: () => Promise<T | undefined>): Promise<T | undefined> {
  let failed: PintleError | undefined
  try {
    const done = await first()
    if (done !== undefined) return done
  } catch (error) {
    if (!isPintleError(error)) throw error
    failed = error
  }
  const done = await second()
  if (done === undefined && failed !== undefined) throw failed
  return done
}

/** What an agent did not do, or else the last line of gpg, which says the most. */
function saying(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.startsWith('gpg:'))
  return (lines.find((line) => line.includes('public key decryption failed')) ?? lines.at(-1))?.slice(0, 200)
}

/** Sixteen digits, and the mark that no subkey is meant. Upstream: shortenFingerprint. */
const shortened = (fp: string): string => fp.slice(fp.endsWith('!') ? -17 : -16)
