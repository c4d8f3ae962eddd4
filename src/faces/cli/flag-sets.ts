import type { FlagSpec } from './flags.ts'

/** Flags that several commands share, with Helm's names. */

/** A kustomization over what is rendered. */
export const kustomizeFlag: FlagSpec = { name: 'kustomize', type: 'string', placeholder: 'DIR', usage: 'kustomization that is put over what was rendered, which stands in for its resource manifests.yaml; DIR#FILE for another name' }

export const valueFlags: readonly FlagSpec[] = [
  { name: 'values', short: 'f', type: 'strings', usage: 'YAML file (or URL, or - for stdin) of values; can be repeated, later ones win' },
  { name: 'set', type: 'stringArray', usage: 'set values: key1=val1,key2=val2; can be repeated' },
  { name: 'set-string', type: 'stringArray', usage: 'set values that stay strings' },
  { name: 'set-file', type: 'stringArray', usage: 'set values from the contents of files: key=path' },
  { name: 'set-json', type: 'stringArray', usage: 'set values from JSON: key=json, or one JSON object' },
  { name: 'set-literal', type: 'stringArray', usage: 'set a string value with no character special' },
  { name: 'evaluate-references', type: 'bool', usage: 'replace references to secrets in values: ref+BACKEND://PATH#/KEY' },
]

/** How to speak to a registry. */
export const registryFlags: readonly FlagSpec[] = [
  { name: 'username', type: 'string', usage: "registry user's name" },
  { name: 'password', type: 'string', usage: "registry user's password" },
  { name: 'cert-file', type: 'string', usage: 'client certificate' },
  { name: 'key-file', type: 'string', usage: 'key of the client certificate' },
  { name: 'ca-file', type: 'string', usage: "certificate authority of the registry's certificate" },
  { name: 'insecure-skip-tls-verify', type: 'bool', usage: "do not check the registry's certificate" },
  { name: 'plain-http', type: 'bool', usage: 'speak plain HTTP' },
]

/** Flags that say who must have signed, by cosign. */
export const signatureFlags: readonly FlagSpec[] = [
  { name: 'key', type: 'string', usage: "public key (PEM) that cosign's signatures must be by" },
  { name: 'trusted-root', type: 'string', usage: 'trusted root (JSON) for signatures by certified identities' },
  { name: 'certificate-identity', type: 'string', usage: 'identity that must have signed' },
  { name: 'certificate-identity-regexp', type: 'string', usage: 'pattern of the identities that may have signed' },
  { name: 'certificate-oidc-issuer', type: 'string', usage: 'who must have vouched for the identity' },
]

export const chartFlags: readonly FlagSpec[] = [
  { name: 'version', type: 'string', usage: 'version of the chart, exact or a range; the newest when left out', completes: [] },
  { name: 'verify', type: 'bool', usage: "verify the chart's signature before using it" },
  { name: 'keyring', type: 'string', usage: 'public keys used for verification' },
  { name: 'repo', type: 'string', usage: 'URL of the repository to find the chart in' },
  { name: 'username', type: 'string', usage: "repository user's name" },
  { name: 'password', type: 'string', usage: "repository user's password" },
  { name: 'cert-file', type: 'string', usage: 'client certificate for the repository' },
  { name: 'key-file', type: 'string', usage: 'key of the client certificate' },
  { name: 'insecure-skip-tls-verify', type: 'bool', usage: "do not check the repository's certificate" },
  { name: 'plain-http', type: 'bool', usage: 'fetch the chart over plain HTTP' },
  { name: 'ca-file', type: 'string', usage: "certificate authority of the repository's certificate" },
  { name: 'pass-credentials', type: 'bool', usage: 'pass the credentials to other hosts too' },
  { name: 'devel', type: 'bool', usage: 'pre-release versions count too, as with --version ">0.0.0-0"' },
  ...signatureFlags,
]

/** `--wait` in Helm 4's three strategies, and as the boolean of Helm 3. */
export const waitFlag: FlagSpec = {
  name: 'wait', type: 'string', placeholder: 'WaitStrategy', noValue: 'watcher', default: 'hookOnly',
  usage: "wait until resources are ready: 'watcher' (also meant by the bare flag), 'hookOnly' or 'legacy'",
  completes: ["watcher\tby kstatus' rules", 'hookOnly\thooks alone', "legacy\tby Helm 3's rules"],
  parse: (raw) => {
    if (raw === 'true') return 'watcher'
    if (raw === 'false') return 'hookOnly'
    if (raw === 'watcher' || raw === 'hookOnly' || raw === 'legacy') return raw
    throw new Error(`invalid wait input ${JSON.stringify(raw)}. Valid inputs are watcher, hookOnly, and legacy`)
  },
}

export const waitForJobsFlag: FlagSpec = { name: 'wait-for-jobs', type: 'bool', usage: 'with --wait, also wait until all Jobs have completed' }

export const timeoutFlag: FlagSpec = { name: 'timeout', type: 'duration', default: '5m0s', usage: 'longest wait for any one operation' }

export const outputFlag: FlagSpec = {
  name: 'output', short: 'o', type: 'string', placeholder: 'format', default: 'table', usage: 'output format: table, json, yaml',
  completes: ['json\tOutput result in JSON format', 'table\tOutput result in human-readable format', 'yaml\tOutput result in YAML format'],
  parse: (raw) => {
    if (raw === 'table' || raw === 'json' || raw === 'yaml') return raw
    throw new Error('invalid format type')
  },
}

/** pflag's uint. */
export const columnWidthFlag = (width: number): FlagSpec => ({
  name: 'max-col-width', type: 'int', placeholder: 'uint', default: width, usage: 'widest column of a table; 0 for any',
  parse: (raw) => {
    if (!/^\d+$/.test(raw)) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(raw)}: invalid syntax`)
    return raw
  },
})

/** Pintle's own answers to conflicts, field by field. */
export const conflictFlag: FlagSpec = {
  name: 'conflict', type: 'stringArray', placeholder: 'KIND/NAME:FIELD=yield|force',
  usage: "what to do about a field that another manager owns: 'Deployment/web:spec.replicas=yield' leaves it alone, =force takes it over; KIND and NAME may be *; can be repeated",
}

/** Pintle's own flags for the definitions in a chart's crds/. */
export const crdFlags: readonly FlagSpec[] = [
  { name: 'upgrade-crds', type: 'bool', usage: "bring the chart's CRDs up to date first; refused (exit code 5) when that would lose something" },
  { name: 'force-crds', type: 'bool', usage: 'with --upgrade-crds, also when it loses something; each loss is named' },
]

/** Flags of install and template alike, besides values and chart flags. */
export const installFlags: readonly FlagSpec[] = [
  { name: 'create-namespace', type: 'bool', usage: 'create the namespace when it is missing' },
  { name: 'force-replace', type: 'bool', usage: 'update resources by replacing them' },
  { name: 'force', type: 'bool', usage: '', aliasOf: 'force-replace', deprecated: 'use --force-replace instead' },
  { name: 'force-conflicts', type: 'bool', usage: 'server-side apply takes fields over from other managers' },
  { name: 'server-side', type: 'bool', default: true, usage: 'apply on the server' },
  { name: 'no-hooks', type: 'bool', usage: 'run no hooks' },
  { name: 'replace', type: 'bool', usage: 'use a name again that stands in the history as uninstalled' },
  timeoutFlag,
  waitFlag,
  waitForJobsFlag,
  { name: 'generate-name', short: 'g', type: 'bool', usage: 'make a name up (and leave the NAME argument out)' },
  { name: 'name-template', type: 'string', usage: 'Go template of the release name' },
  { name: 'description', type: 'string', usage: 'description stored with the revision' },
  { name: 'dependency-update', type: 'bool', usage: 'fetch missing dependencies first' },
  { name: 'disable-openapi-validation', type: 'bool', usage: 'do not validate manifests against the OpenAPI schema of the cluster' },
  { name: 'rollback-on-failure', type: 'bool', usage: 'undo everything on failure; waits' },
  { name: 'atomic', type: 'bool', usage: '', aliasOf: 'rollback-on-failure', deprecated: 'use --rollback-on-failure instead' },
  { name: 'skip-crds', type: 'bool', usage: 'install no CRDs' },
  { name: 'render-subchart-notes', type: 'bool', usage: 'show the notes of subcharts too' },
  { name: 'skip-schema-validation', type: 'bool', usage: "do not check values against the chart's schema" },
  { name: 'labels', short: 'l', type: 'stringToString', usage: 'labels of the release record: a=b,c=d' },
  { name: 'enable-dns', type: 'bool', usage: 'templates may look names up in DNS' },
  { name: 'hide-notes', type: 'bool', usage: 'do not print the notes' },
  { name: 'take-ownership', type: 'bool', usage: 'take over existing resources that belong to nobody or somebody else' },
  { name: 'post-renderer', type: 'stringArray', placeholder: 'string', usage: 'plugin (or command, as in Helm 3, or kustomize:DIR) that may change what was rendered' },
  kustomizeFlag,
  { name: 'post-renderer-args', type: 'stringArray', usage: 'argument for the post-renderer; can be repeated' },
]

/** Which project, and which of its environments. */
export const projectFlags: readonly FlagSpec[] = [
  { name: 'environment', short: 'e', type: 'string', usage: 'environment of pintle.yaml' },
  { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml' },
]
