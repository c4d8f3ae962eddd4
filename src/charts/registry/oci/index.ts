/**
 * Registries by the OCI distribution specification, as far as charts and images need them: references, manifests, blobs, tags, referrers; who may
 * do that; charts pulled and pushed as Helm lays them out.
 */
export { checkRegistry, chartReferenceText, isOci, parseChartReference, parseReference, referenceText, registryHost, withoutScheme } from './reference.ts'
export type { ChartReference, Reference } from './reference.ts'
export { digestFault, sha256Digest } from './digest.ts'
export type { Descriptor } from './digest.ts'
export { openCredentials } from './credential-file.ts'
export type { Credential, CredentialStore } from './credential.ts'
export { RegistryClient } from './registry-client.ts'
export type { RegistryOptions } from './registry-client.ts'
export { Repository, isIndexType, mediaTypes } from './repository.ts'
export { login, logout } from './login.ts'
export { chartTags, matchingTag, resolveChart } from './resolve-chart.ts'
export type { ResolvedChart } from './resolve-chart.ts'
export { pullChart } from './pull-chart.ts'
export type { PulledChart, PullOptions } from './pull-chart.ts'
export { pushChart } from './push-chart.ts'
export type { PushedChart, PushOptions } from './push-chart.ts'
