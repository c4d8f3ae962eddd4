import { existsSync } from 'node:fs'
import { verifyLocal } from '../../../charts/registry/index.ts'
import type { Command } from '../command.ts'
import { defaultKeyring } from '../default-keyring.ts'
import { evidenceFlag } from '../evidence-flag.ts'
import { outputFlag, projectFlags, registryFlags, signatureFlags, timeoutFlag } from '../flag-sets.ts'
import { rolloutFlags } from '../rollout/rollout-flags.ts'
import type { FlagSpec } from '../flags.ts'

/** Flags of a release's verification, beside those of where it is. */
const verifyReleaseFlags: readonly FlagSpec[] = [
  { name: 'watch', type: 'duration', default: '0s', usage: 'of a release: go on for so long, or until something is red: 15m' },
  { name: 'smoke', type: 'stringArray', placeholder: 'URL|COMMAND', usage: 'of a release: a check beside those of pintle.yaml; an address must answer with 2xx, a command end with 0' },
  { name: 'slo', type: 'stringArray', placeholder: 'KEY=VALUE', usage: 'of a release: what is measured, in place of pintle.yaml: error_rate_max=0.005,p95_latency_ms=300,prometheus=http://...' },
  { name: 'skip-tests', type: 'bool', usage: "of a release: do not run the chart's tests" },
]

/**
 * `pintle verify`: checks an archive against its provenance file (upstream: pkg/cmd/verify.go, pkg/action/verify.go), or what lies in a registry
 * against cosign's signatures.
 */
export const verify: Command = {
  // Helm's own words: what it says of a wrong number of arguments shows them.
  use: 'verify PATH [flags]',
  long: `Of a release, named in place of PATH: checks objects, pods and traffic, runs the chart's tests and smoke checks, and judges its gates, as \`pintle release\` does after the change. With
--watch it goes on for so long: pods that are stuck or begin anew, traffic, gates in the background, until the time is over or something is red, and adds that to the evidence of the
release. Smoke checks and gates are those of pintle.yaml, or of flags.

Exit codes of a release: 0 all is well, 1 something is not, 3 nobody can say, 4 a gate could not measure.

Of a PATH or oci:// it checks that a chart archive is the one that PATH.prov was made for, and that a key of the keyring signed that. A file that exists, or a name that ends in .tgz, is a PATH.

Several commands check the same with --verify; 'pintle package --sign' signs.

With oci:// it checks that a chart or image in a registry was signed with cosign: by --key, or by a certified identity, for which
--trusted-root says whom to believe. With --attestation it checks attestations of that type instead. The registry is the only one that is asked. Commands that
fetch charts check the same when they are given these flags.`,
  examples: `pintle verify checkout-api -e prod --watch 15m
pintle verify shop -n shop --smoke https://shop.example.com/healthz --slo error_rate_max=0.01,prometheus=http://prometheus:9090
pintle verify shop-1.2.0.tgz --keyring ~/.gnupg/pubring.kbx
pintle verify oci://registry.example.com/charts/shop:1.2.0 --key cosign.pub
pintle verify oci://registry.example.com/shop:1.2.0 --key cosign.pub --attestation slsaprovenance1 --show-predicate`,
  flags: [
    { name: 'keyring', type: 'string', usage: "file of public keys (default: GnuPG's own)" },
    ...signatureFlags,
    { name: 'attestation', type: 'stringArray', usage: "type of an attestation that must be there: cosign's short name or a URI; can be repeated" },
    { name: 'show-predicate', type: 'bool', usage: 'print what the attestations say' },
    ...registryFlags,
    ...verifyReleaseFlags, ...projectFlags, timeoutFlag, evidenceFlag, ...rolloutFlags, outputFlag,
  ],
  args: [1, 1],
  completes: ['release'],
  interrupts: 'cancel',
  async run(context) {
    const { args, flags, out, signal } = context
    if (args[0]!.startsWith('oci://') && (!out.plain || signatureFlags.some((f) => flags.changed(f.name)))) {
      const { verifyArtifact } = await import('../verify-artifact.ts')
      await verifyArtifact(context, args[0]!)
      return 0
    }
    const meant = [...verifyReleaseFlags, ...projectFlags].some((f) => flags.changed(f.name))
    if (!out.plain && (meant || isRelease(args[0]!)) && !flags.changed('keyring')) return await (await import('../verify-release.ts')).verifyRelease(context)
    const keyring = flags.changed('keyring') ? flags.string('keyring') : defaultKeyring()
    const { signedBy, fingerprint, fileHash } = await verifyLocal(args[0]!, keyring, signal)
    for (const name of signedBy) out.line(`Signed by: ${name}`)
    out.line(`Using Key With Fingerprint: ${fingerprint}`)
    out.line(`Chart Hash Verified: ${fileHash}`)
    return 0
  },
}

/** Names of releases hold no slash; whatever lies here is meant as a file, unless a flag says that it is a release. */
const isRelease = (word: string): boolean => !existsSync(word) && !/\.tgz$|\//.test(word)
