/** The versions Pintle states about itself. `pintle` is replaced at build time by package.json's. */
declare const PINTLE_VERSION: string | undefined

export const versions = {
  pintle: typeof PINTLE_VERSION === 'string' ? PINTLE_VERSION : '0.0.0-dev',
  /** The Helm release whose behaviour is matched byte for byte. */
  helm: '4.3.1',
  /** The helmfile whose behaviour is matched. */
  helmfile: '1.8.0',
  /** The helm-secrets whose behaviour `secrets` has. */
  helmSecrets: '4.8.0-dev',
  /** The newest Kubernetes minor whose schemas are shipped. */
  kubernetes: '1.36',
} as const
