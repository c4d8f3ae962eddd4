/** What a name says that its value is. */
export interface SecretName {
  /** Part of the rule's name. */
  readonly id: 'password' | 'key' | 'token' | 'secret'
  /** `a password`: in reasons, so that no part of a text is shown that may hold a secret. */
  readonly what: string
}

const password: SecretName = { id: 'password', what: 'a password' }
const key: SecretName = { id: 'key', what: 'a key' }
const token: SecretName = { id: 'token', what: 'a token' }
const secret: SecretName = { id: 'secret', what: 'a secret' }

/** The last word of a name. */
const lastWords = new Map<string, SecretName>([
  ...['password', 'passwd', 'passwort', 'pwd', 'pw', 'pass', 'passphrase', 'passcode', 'requirepass', 'masterauth', 'bindpw', 'rootpw', 'psk', 'storepass', 'keypass'].map((w) => [w, password] as const),
  ...['secret', 'credential', 'credentials', 'dockerconfigjson'].map((w) => [w, secret] as const),
  ...['token', 'jwt', 'pat'].map((w) => [w, token] as const),
  ...['apikey', 'privatekey', 'accesskey', 'secretkey', 'encryptionkey', 'signingkey', 'masterkey', 'authkey', 'accountkey', 'sharedkey', 'licensekey', 'appkey'].map((w) => [w, key] as const),
])

/** The last two or three words. */
const lastPairs = new Map<string, SecretName>([
  ...['api key', 'private key', 'access key', 'secret key', 'encryption key', 'signing key', 'master key', 'auth key', 'account key', 'shared key', 'license key', 'licence key', 'app key', 'application key', 'hmac key', 'jwt key', 'cookie key',
    'session key', 'fernet key', 'write key', 'integration key', 'routing key', 'service key', 'cipher key', 'aes key', 'preshared key', 'server key', 'sas key', 'crypto key', 'storage key'].map((w) => [w, key] as const),
  ...['client secret', 'app secret', 'cookie secret', 'session secret', 'shared secret', 'secret access', 'key base', 'keys base', 'connection string', 'erlang cookie', 'secret seed'].map((w) => [w, secret] as const),
])

/** Words that say that the value is about a secret: its name, place, kind, lifetime. */
const aboutWords = new Set([
  'name', 'names', 'ref', 'refs', 'reference', 'enabled', 'enable', 'create', 'existing', 'path', 'file', 'files', 'dir', 'mount', 'mounts', 'type', 'length', 'policy', 'ttl', 'expiry', 'expiration', 'expire', 'duration', 'interval',
  'rotation', 'annotations', 'labels', 'namespace', 'url', 'uri', 'endpoint', 'issuer', 'audience', 'provider', 'store', 'class', 'header', 'field', 'property', 'format', 'algorithm', 'version', 'size', 'count', 'max', 'min', 'env', 'variable',
  'template', 'mode', 'method', 'backend', 'volume', 'automount', 'use', 'usage', 'required', 'require', 'allow', 'generate', 'generated', 'update', 'immutable', 'suffix', 'prefix', 'scope', 'scopes', 'public', 'disable', 'disabled', 'validate',
  'check', 'checksum', 'hash', 'hashed', 'digest', 'fingerprint', 'thumbprint', 'sha1', 'sha256', 'sha512', 'md5', 'regex', 'pattern', 'description', 'title', 'label', 'placeholder', 'help', 'external', 'image', 'pull', 'tls', 'ca', 'cert', 'remote', 'has', 'is', 'with', 'reset', 'forgot', 'invalid', 'csrf', 'encrypted', 'sealed',
])

/** What about-words do not outweigh: `TLS_KEYSTORE_PASSWORD` is a password still. */
const weakAbout = new Set(['tls', 'ca', 'cert', 'url', 'store', 'external', 'remote', 'file', 'env', 'image', 'reset', 'public', 'store', 'template', 'backend', 'provider', 'header', 'max', 'min', 'class', 'use', 'with', 'update', 'volume', 'version', 'issuer', 'namespace', 'endpoint', 'label'])

const known = new Map<string, SecretName | undefined>()

/** What a name says that its value is: by its last words, unless another word says it is only about one. */
export function secretName(name: string): SecretName | undefined {
  if (name.length > 100) return undefined
  const before = known.get(name)
  if (before !== undefined || known.has(name)) return before
  const found = judge(name)
  if (known.size < 20_000) known.set(name, found)
  return found
}

function judge(name: string): SecretName | undefined {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter(Boolean)
  while (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop()
  const last = words.at(-1)?.replace(/\d{1,2}$/, '')
  if (last === undefined) return undefined
  const found = lastPairs.get(`${words.at(-2)} ${last}`) ?? lastWords.get(last) ?? lastWords.get(words.join('')) ?? joined(last)
  if (found === undefined) return undefined
  const about = words.slice(0, -1).some((w) => aboutWords.has(w) && !(found !== secret && weakAbout.has(w)))
  return about ? undefined : found
}

/** `dbpassword`, `myapikey`: written as one. */
function joined(word: string): SecretName | undefined {
  if (/(?:password|passwd|passphrase)$/.test(word)) return password
  if (/(?:api|access|auth|bot|bearer|refresh)token$/.test(word)) return token
  if (/(?:api|secret|private|access|encryption)key$/.test(word) || /^secretkeybase$/.test(word)) return key
  return /clientsecret$/.test(word) ? secret : undefined
}
