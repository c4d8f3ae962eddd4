import { verifyLocal } from '../../../charts/registry/index.ts'
import type { Command } from '../command.ts'
import { defaultKeyring } from '../default-keyring.ts'
import { registryFlags, signatureFlags } from '../flag-sets.ts'

/**
 * `pintle verify`: checks an archive against its provenance file (upstream: pkg/cmd/verify.go, pkg/action/verify.go), or what lies in a registry
 * against cosign's signatures.
 */
export const verify: Command = {
  use: 'verify PATH [flags]',
  long: `Checks that a chart archive is the one that PATH.prov was made for, and that a key of the keyring signed that.

Several commands check the same with --verify; 'pintle package --sign' signs.

With oci:// it checks that a chart or image in a registry was signed with cosign: by --key, or by a certified identity, for which
--trusted-root says whom to believe. With --attestation it checks attestations of that type instead. The registry is the only one that is asked. Commands that
fetch charts check the same when they are given these flags.`,
  examples: `pintle verify shop-1.2.0.tgz --keyring ~/.gnupg/pubring.kbx
pintle verify oci://registry.example.com/charts/shop:1.2.0 --key cosign.pub
pintle verify oci://registry.example.com/shop:1.2.0 --key cosign.pub --attestation slsaprovenance1 --show-predicate`,
  flags: [
    { name: 'keyring', type: 'string', usage: "file of public keys (default: GnuPG's own)" },
    ...signatureFlags,
    { name: 'attestation', type: 'stringArray', usage: "type of an attestation that must be there: cosign's short name or a URI; can be repeated" },
    { name: 'show-predicate', type: 'bool', usage: 'print what the attestations say' },
    ...registryFlags,
  ],
  args: [1, 1],
  completes: ['file'],
  async run(context) {
    const { args, flags, out, signal } = context
    if (args[0]!.startsWith('oci://') && (!out.plain || signatureFlags.some((f) => flags.changed(f.name)))) {
      const { verifyArtifact } = await import('../verify-artifact.ts')
      await verifyArtifact(context, args[0]!)
      return 0
    }
    const keyring = flags.changed('keyring') ? flags.string('keyring') : defaultKeyring()
    const { signedBy, fingerprint, fileHash } = await verifyLocal(args[0]!, keyring, signal)
    for (const name of signedBy) out.line(`Signed by: ${name}`)
    out.line(`Using Key With Fingerprint: ${fingerprint}`)
    out.line(`Chart Hash Verified: ${fileHash}`)
    return 0
  },
}
