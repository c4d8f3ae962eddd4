type Env = Readonly<Record<string, string | undefined>>

/** What HELM_SECRETS_* variables say. Upstream: scripts/run.sh and those it reads of helm-secrets. */
export interface SecretSettings {
  /** Run as `helm secrets COMMAND`: every -f, --set-file and --set goes through a backend. */
  readonly wrapper: boolean
  /** `sops`, `vals` or `noop`. */
  readonly backend: string
  readonly backendArgs: string
  /** All of them when undefined. */
  readonly allowedBackends: readonly string[] | undefined
  readonly quiet: boolean
  readonly ignoreMissing: boolean
  /** References in values are replaced. */
  readonly evaluateReferences: boolean
  /** References in what was rendered are replaced. */
  readonly evaluateTemplates: boolean
  /** Those in the data of Secrets, too. */
  readonly decodeSecrets: boolean
  /** Files that somebody decrypted before. */
  readonly decrypted: { readonly folder: string; readonly prefix: string; readonly suffix: string }
  /** Files and folders of PGP keys that take the place of gpg's. */
  readonly gpgKeys: readonly string[]
  readonly allow: { readonly symlinks: boolean; readonly absolute: boolean; readonly traversal: boolean; readonly gpg: boolean; readonly gpgKubernetes: boolean; readonly age: boolean; readonly ageKubernetes: boolean }
  readonly keyPrefix: string
  /** `${NAME}` in URLs stands for variables. */
  readonly expandUrls: boolean
}

/** Variables that only Pintle's own wrapper and flags set. */
export const wrapperVariable = 'PINTLE_SECRETS_WRAPPER'
export const evaluateVariable = 'PINTLE_EVALUATE_REFERENCES'

export function secretSettings(env: Env): SecretSettings {
  const backend = env.HELM_SECRETS_BACKEND || 'sops'
  const allowed = (name: string): boolean => (env[`HELM_SECRETS_${name}`] || 'true') === 'true'
  const notForbidden = (name: string): boolean => env[`HELM_SECRETS_VALUES_ALLOW_${name}`] !== 'false'
  return {
    wrapper: env[wrapperVariable] === 'true',
    backend, backendArgs: env.HELM_SECRETS_BACKEND_ARGS ?? '',
    allowedBackends: env.HELM_SECRETS_ALLOWED_BACKENDS ? env.HELM_SECRETS_ALLOWED_BACKENDS.split(',') : undefined,
    // Argo CD shows what is said as an error.
    quiet: (env.HELM_SECRETS_QUIET || (env.ARGOCD_APP_NAME === undefined ? 'false' : 'true')) !== 'false',
    ignoreMissing: env.HELM_SECRETS_IGNORE_MISSING_VALUES === 'true',
    evaluateReferences: backend === 'vals' || env[evaluateVariable] === 'true',
    evaluateTemplates: env.HELM_SECRETS_EVALUATE_TEMPLATES === 'true',
    decodeSecrets: env.HELM_SECRETS_EVALUATE_TEMPLATES_DECODE_SECRETS === 'true',
    decrypted: { folder: env.HELM_SECRETS_DEC_DIR ?? '', prefix: env.HELM_SECRETS_DEC_PREFIX ?? '', suffix: env.HELM_SECRETS_DEC_SUFFIX ?? '.dec' },
    gpgKeys: (env.HELM_SECRETS_LOAD_GPG_KEYS || 'false') === 'false' ? [] : env.HELM_SECRETS_LOAD_GPG_KEYS!.split(/\s+/).filter((key) => key !== ''),
    allow: {
      symlinks: notForbidden('SYMLINKS'), absolute: notForbidden('ABSOLUTE_PATH'), traversal: notForbidden('PATH_TRAVERSAL'),
      gpg: allowed('ALLOW_GPG_IMPORT'), gpgKubernetes: allowed('ALLOW_GPG_IMPORT_KUBERNETES'), age: allowed('ALLOW_AGE_IMPORT'), ageKubernetes: allowed('ALLOW_AGE_IMPORT_KUBERNETES'),
    },
    keyPrefix: env.HELM_SECRETS_KEY_LOCATION_PREFIX ?? '',
    expandUrls: env.HELM_SECRETS_URL_VARIABLE_EXPANSION === 'true',
  }
}

/** Whether names and literals are read any other way than Helm reads them. */
export const needsSecretSource = (name: string, settings: SecretSettings): boolean => settings.wrapper || isSecretName(name)

/** `secrets://` and its like. */
export const isSecretName = (name: string): boolean => /^secrets(?:\+(?:literal|(?:gpg|age)-import(?:-kubernetes)?))?:\/\//.test(name)
