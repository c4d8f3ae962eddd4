/** What a value is, judged by itself: a reference to a secret, a stand-in for one, a public thing, a word or something random. */

const reference = new RegExp(
  [
    String.raw`^(?:ref|secretref|secrets?)\+`, String.raw`^ENC\[`, String.raw`\$\{`, String.raw`\$\(`, String.raw`\{\{`, String.raw`<%`, String.raw`^["']*\$[A-Za-z_]`, String.raw`^\$\d$`, String.raw`^%[A-Za-z_]\w*%$`, String.raw`^@[\w.]+@$`, String.raw`^%[-+\d.]*[a-z]$`,
    // Schemes of secret stores and of what reads files and variables.
    String.raw`^(?:vault|op|env|file|arn|awssm|awsssm|awssecrets|gcpsm|gcpsecretmanager|azkv|azurekeyvault|keyvault|bank-vaults|k8s|secretsmanager|ssm|sops|doppler|infisical|conjur|akeyless|cmd|exec|secret|resolve|plain)s?:`,
    String.raw`^projects\/[^/]+\/secrets\/`, String.raw`^\/(?!\/)[\w.@-]+(?:\/|$)`, String.raw`^\.{1,2}\/`, String.raw`^[A-Za-z]:\\`,
  ].join('|'),
  'i',
)

/** Refers to a secret that is somewhere else: a variable, a template, a path, a store. */
export const isReference = (value: string): boolean => reference.test(value)

const placeholder = new RegExp(
  [
    String.raw`^<[^>]*>$`, String.raw`^\[[^\]]*\]$`, String.raw`^\{[^}]*\}$`, String.raw`^(?:[*.?_#x\s•…-]|\\0)+$`, String.raw`x{4,}`, String.raw`\*{3,}`, String.raw`\.{3,}`,
    String.raw`^(?:true|false|yes|no|on|off|null|nil|none|empty|undefined|disabled|enabled|optional|required|default|auto|automatic|random|generated?|string|str|int|text|varchar|any|hidden|masked|redacted|removed|omitted|encrypted|unset|n\/a|tbd|todo|foo|bar|baz|foobar|abc|xyz)$`,
    String.raw`^(?:your|my|some|the|insert|enter|put|add|use|set|provide|fill|replace|specify|todo|fixme)[\s_\-.]`, String.raw`[\s_\-](?:here|goes[\s_-]here)$`, String.raw`^your\w+$`,
    String.raw`replace[\s_\-]?(?:me|this|with)`, String.raw`place[\s_-]?holder`, String.raw`example`, String.raw`dummy`, String.raw`fake`, String.raw`redacted`, String.raw`_?to[_-]be[_-]`, String.raw`base64[\s_-]?encoded`, String.raw`not[\s_-]?(?:used|needed|set|required)`,
  ].join('|'),
  'i',
)

/** Stands for a secret without being one: `<password>`, `YOUR_TOKEN`, `xxxx`. */
export const isPlaceholder = (value: string): boolean => value.trim() === '' || placeholder.test(value) || isMonotone(value)

/** `aaaa`, `0000`, `12345678`, `0123456789abcdef`: nobody's random bytes. */
function isMonotone(value: string): boolean {
  if (value.length < 16) return new Set(value).size <= 1
  if (new Set(value).size <= 3) return true
  let steps = 0
  for (let i = 1; i < value.length && i < 200; i++) if (value.charCodeAt(i) - value.charCodeAt(i - 1) === 1) steps++
  return steps > Math.min(value.length, 200) * 0.7
}

const weakWords = /^(?:change[\s_-]?(?:me|it|this|now)?|changeit|pass|passwd|password|passw0rd|passphrase|secret|supersecret|mysecret|mypassword|topsecret|s3cr3t|secr3t|token|key|apikey|admin|administrator|root|user|username|guest|test|tester|testing|demo|sample|default|minio|minioadmin|postgres|postgresql|mysql|mariadb|mongo|mongodb|redis|rabbit|rabbitmq|elastic|kibana|grafana|prometheus|keycloak|vault|airflow|superset|gitlab|harbor|nexus|sonar|sonarqube|jenkins|kafka|nats|neo4j|oracle|sa|db|database|app|dev|local|localhost|internal|system|manager|operator|service|letmein|welcome|qwerty|1234?5?6?7?8?9?0?|insecure|unsafe|public|private|hello|world)$/i

/** A password that everybody tries first: words of this kind, joined and numbered. */
export function isWeak(value: string): boolean {
  const parts = value.split(/[\s_\-.:@!#]+|(?<=[a-z])(?=[A-Z])/).map((p) => p.replace(/\d{1,6}$/, '')).filter((p) => p !== '')
  return parts.length === 0 ? value.length < 8 : parts.every((p) => weakWords.test(p))
}

/** A public thing: key, certificate, digest, hash of a password, address, version, time. */
const publicValue = new RegExp(
  [
    String.raw`-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY|PGP PUBLIC|CERTIFICATE REQUEST|X509 CRL|DH PARAMETERS)`, String.raw`^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w+|sk-\S+) AAAA`, String.raw`^age1[a-z0-9]{50,}`,
    String.raw`^(?:sha(?:1|224|256|384|512)|md5)[:-]`, String.raw`^\$(?:2[abxy]|apr1|argon2\w*|pbkdf2[\w-]*|5|6|scrypt)\$`, String.raw`^\{S?SHA\d*\}`, String.raw`^pbkdf2[_:]`,
    String.raw`^v?\d+(?:\.\d+){1,3}(?:[-+][\w.-]+)?$`, String.raw`^\d+(?:\.\d+)?\s?(?:ns|us|ms|s|m|h|d|w|y|k|ki|mi|gi|kb|mb|gb|%)$`, String.raw`^\d{4}-\d\d-\d\d`, String.raw`^(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d+)?$`,
    String.raw`^https?:\/\/[^@\s]*$`, String.raw`^[\w-]+(?:\.[\w-]+)*\.(?:svc|com|org|net|io|dev|local|internal)(?:[.:/]|$)`,
    // The same in base64: `-----BEGIN CERTIFICATE`, `-----BEGIN PUBLIC`.
    String.raw`^LS0tLS1CRUdJTiBD`, String.raw`^LS0tLS1CRUdJTiBQVUJM`,
  ].join('|'),
  'i',
)

/** Public by nature, whatever its name says. */
export const isPublic = (value: string): boolean => publicValue.test(value)

/**
 * Reads like the name of something: words in one case and small numbers, `redis-password`, `my-tls-2`, `auth.token.key`, `DB_PASSWORD`.
 * Secrets are looked up by such names.
 */
export function isNameLike(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_./:-]*$/.test(value) || isRandom(value)) return false
  return value.split(/[_./:-]+/).every((part) => /^(?:[a-z]{1,24}\d{0,2}|[a-z]{1,2}\d{1,2}[a-z]{1,3}|[A-Z]{1,24}\d{0,2}|[A-Za-z][a-z]{0,24}(?:[A-Z][a-z]{1,24}){0,6}\d{0,2}|v?\d{1,2}|)$/.test(part))
}

/** As random bytes are written down: hexadecimal, base64, base 32 and their like of sixteen characters and more, UUIDs. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value)) return false
  const sample = value.slice(0, 256)
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(sample)) return entropy(sample) >= 2.5
  const digits = count(sample, /\d/g) / sample.length
  if (/^[0-9a-f]+$/i.test(sample)) return digits >= 0.25 && digits <= 0.9 && entropy(sample) >= 2.7
  if (!/^[A-Za-z0-9+/=_.~!@#$%^&*-]+$/.test(sample) || entropy(sample) < 3.2) return false
  // Words change between small letters, capitals and digits seldom; random text at every second character.
  const changes = count(sample, /[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g) / sample.length
  if (/^(?:[a-z0-9]+|[A-Z0-9]+)$/.test(sample)) return digits >= 0.1 && changes >= 0.2
  if (/^[A-Za-z]?[a-z]*\d{0,2}(?:[A-Z][a-z]+\d{0,2})+$/.test(sample)) return false
  // Without a digit in it, as base64 of words may be: capitals side by side, more than once.
  return digits > 0 ? changes >= 0.33 : changes >= 0.3 && sample.length >= 20 && count(sample, /[A-Z]{2,}/g) >= 2
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** Bits a character, by Shannon. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1)
  let bits = 0
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length)
  return bits
}
