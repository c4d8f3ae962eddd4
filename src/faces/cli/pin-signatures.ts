import { checkSignatures, parseReference, type RegistryClient, type Signer } from '../../charts/registry/index.ts'
import { parseImage, type Pin, type PinRefusal, type PinnedImage } from '../../delivery/plan/index.ts'
import type { CommandContext } from './command.ts'
import type { FlagSpec } from './flags.ts'

/** Which images and charts must be signed. */
export const signedFlag: FlagSpec = { name: 'signed', type: 'stringArray', usage: 'names that must be signed, with * for anything (default: all); can be repeated' }

/** What of a pin is not signed as it must be. */
export async function requireSigned(client: RegistryClient, signer: Signer, pinned: { images: readonly PinnedImage[]; chart: Pick<Pin['chart'], 'source' | 'manifest'> }, { flags, signal }: CommandContext): Promise<PinRefusal[]> {
  const patterns = flags.list('signed')
  const out: PinRefusal[] = []
  const subjects = pinned.images.flatMap(({ image, digest }) => {
    const parsed = parseImage(image)
    return typeof parsed === 'string' ? [] : [{ name: image, digest, repository: client.repository(parsed) }]
  })
  const { source, manifest } = pinned.chart
  if (source?.startsWith('oci://') && manifest !== undefined) {
    const name = source.slice('oci://'.length)
    subjects.push({ name, digest: manifest, repository: client.repository(parseReference(name.replaceAll('+', '_'))) })
  }
  const wanted = (name: string): boolean => patterns.length === 0 || patterns.some((p) => matches(name, p))
  if (source !== undefined && !source.startsWith('oci://') && wanted(source)) out.push({ what: source, why: 'it does not come from a registry, so it has no signature by cosign', set: [] })
  for (const { name, digest, repository } of subjects) {
    if (!wanted(name)) continue
    const { verified, rejected } = await checkSignatures(repository, digest, signer, { signal })
    if (verified.length === 0) out.push({ what: `${name} (${digest})`, why: rejected.length === 0 ? 'it has no signature' : `no signature of it is valid: ${rejected.join('; ')}`, set: [] })
  }
  return out
}

/** `*` stands for anything, slashes too. */
const matches = (name: string, pattern: string): boolean => new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(name)
