import type { SigningKey } from '../../delivery/attestation/index.ts'
import type { CommandContext } from './command.ts'
import type { FlagSpec } from './flags.ts'

export const signKeyFlag: FlagSpec = { name: 'sign-key', type: 'string', usage: 'private key that signs the evidence (default: PINTLE_SIGN_KEY; passphrase: PINTLE_KEY_PASSPHRASE)' }

/**
 * The key that signs records, where one is configured. It is opened before anything is changed.
 * @throws PintleError attestation.key
 */
export async function evidenceSigner({ flags, out }: CommandContext): Promise<SigningKey | undefined> {
  const file = flags.string('sign-key') || process.env.PINTLE_SIGN_KEY || ''
  if (file === '') return undefined
  const { openSigningKey } = await import('../../delivery/attestation/index.ts')
  const { passphraseOf } = await import('./approval-signer.ts')
  return openSigningKey(file, () => passphraseOf(out, file))
}
