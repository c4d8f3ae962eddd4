/**
 * Owns HTTP and HTTPS below the cluster: one client for repositories, registries and hubs, with proxies, certificates, redirects, limits and
 * retries; and what every way to a server shares, the cluster's too: proxies, handshakes, attempts, Go's words for what fails.
 * Refuses to know what is fetched, to print, and to send credentials anywhere but to the server they are for.
 */
export { HttpClient, basic, fetchOnce } from './client.ts'
export type { HttpAnswer, HttpOptions, HttpRequest } from './client.ts'
export { encode as encodeRfc3986, signV4 } from './sign-v4.ts'
export type { AwsCredentials } from './sign-v4.ts'
export { staysHome } from './redirect.ts'
export { shownUrl } from './request-error.ts'
export { readTls, systemAuthorities } from './tls.ts'
export type { TlsFiles, TlsMaterial } from './tls.ts'
export { Attempts, backoff, judgeLoss, pause } from './attempts.ts'
export type { Failure } from './attempts.ts'
export { watchHandshake } from './handshake.ts'
export { coded, describeNetError, goNetText, goVerb } from './net-error.ts'
export type { NetError, NetTrouble } from './net-error.ts'
export { ProxyError, bareHost, parseProxyUrl, proxyAuthorization, proxyFromEnvironment, tunnel } from './proxy.ts'
