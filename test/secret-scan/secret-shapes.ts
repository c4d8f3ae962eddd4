/**
 * Credentials of known shapes, made at test time from a seed: none of them stands in the repository, none was ever valid, and those with check digits have
 * right ones.
 */
import { generateKeyPairSync } from 'node:crypto'
import { Random } from '../conformance/random.ts'
import { bech32Checksum, crcBase62, crcHex } from '../../src/delivery/secret-scan/checksums.ts'

export interface SecretShape {
  readonly id: string
  /** The name it needs to be known by; shapes with a form of their own stand under `setting`. */
  readonly name?: string
  /** The text that holds the secret, and the parts of it that must not be shown anywhere. */
  readonly make: (random: Random) => { readonly text: string; readonly secrets: readonly string[] }
}

const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'
const letters = lower + upper
const alnum = letters + digits
const hexDigits = `${digits}abcdef`
const word = `${alnum}_-`
const base64Digits = `${alnum}+/`

function of(random: Random, alphabet: string, length: number): string {
  // Mixed, as real ones are: seldom is one without a digit, and then nobody can tell it from a word.
  for (;;) {
    const text = Array.from({ length }, () => alphabet[random.below(alphabet.length)]!).join('')
    if (length < 12 || !/\d/.test(alphabet) || !/[a-z]/i.test(alphabet) || (/\d/.test(text) && /[A-Za-z]/.test(text))) return text
  }
}

const hex = (r: Random, n: number) => of(r, hexDigits, n)
const plain = (make: (r: Random) => string): SecretShape['make'] => (r) => {
  const text = make(r)
  return { text, secrets: [text] }
}
/** A text around a secret. */
const around = (secret: (r: Random) => string, text: (secret: string, r: Random) => string): SecretShape['make'] => (r) => {
  const s = secret(r)
  return { text: text(s, r), secrets: [s] }
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const uuid = (r: Random) => [8, 4, 4, 4, 12].map((n) => hex(r, n)).join('-')
const password = (r: Random) => `${of(r, lower, 5)}${of(r, digits, 3)}!${of(r, upper, 4)}`

let pem: string | undefined
let openssh: string | undefined
const privateKey = () => (pem ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
const bodyOf = (text: string) => text.split('\n').filter((l) => l !== '' && !l.startsWith('-----'))
const pemOf = (label: string): SecretShape['make'] => () => {
  const text = privateKey().replaceAll('PRIVATE KEY', label)
  return { text, secrets: bodyOf(text) }
}
const sshKey: SecretShape['make'] = (r) => {
  openssh ??= (() => {
    const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), Buffer.from(Array.from({ length: 300 }, () => r.below(256)))]).toString('base64').replace(/.{70}/g, '$&\n')
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`
  })()
  return { text: openssh, secrets: bodyOf(openssh) }
}
const jwt = (r: Random) => `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(`{"sub":"${of(r, digits, 10)}","iat":1700000000}`)}.${of(r, word, 43)}`
const ageKey = (r: Random) => {
  const data = Array.from({ length: 52 }, () => r.below(32))
  return `age-secret-key-1${data.map((d) => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'[d]).join('')}${bech32Checksum('age-secret-key-', data)}`.toUpperCase()
}
const withCrc62 = (prefix: string, body: string) => `${prefix}${body}${crcBase62(body)}`
const awsId = (r: Random) => `AKIA${of(r, `${upper}234567`, 15)}7`
const snowflake = (r: Random) => `1${of(r, digits, 17)}`

export const formedShapes: readonly SecretShape[] = [
  { id: 'aws-key-pair', make: around((r) => of(r, base64Digits, 40), (s, r) => `[default]\naws_access_key_id = ${awsId(r)}\naws_secret_access_key = ${s}\n`) },
  { id: 'aws-access-key-id', make: plain(awsId) },
  { id: 'aws-secret-beside-id', make: around((r) => of(r, base64Digits, 40), (s, r) => `${awsId(r)} ${s}`) },
  { id: 'aws-session-token', make: plain((r) => `IQoJb3JpZ2luX2Vj${of(r, base64Digits, 300)}==`) },
  { id: 'gcp-service-account', make: () => ({ text: JSON.stringify({ type: 'service_account', project_id: 'shop', private_key_id: 'k1', private_key: privateKey(), client_email: 'a@shop.iam' }), secrets: bodyOf(privateKey()) }) },
  { id: 'gcp-api-key', make: plain((r) => `AIza${of(r, word, 34)}9`) },
  { id: 'google-client-secret', make: plain((r) => `GOCSPX-${of(r, word, 27)}x`) },
  { id: 'google-refresh-token', make: plain((r) => `1//0${of(r, word, 90)}`) },
  { id: 'google-access-token', make: plain((r) => `ya29.${of(r, word, 120)}`) },
  { id: 'azure-storage', make: around((r) => `${of(r, base64Digits, 86)}==`, (s) => `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${s};EndpointSuffix=core.windows.net`) },
  { id: 'azure-service-bus', make: around((r) => `${of(r, base64Digits, 43)}=`, (s) => `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${s}`) },
  { id: 'azure-sas', make: around((r) => `${of(r, alnum, 43)}%3D`, (s) => `https://shop.blob.core.windows.net/x?sv=2024-11-04&ss=b&se=2027-01-01&sig=${s}`) },
  { id: 'azure-client-secret', make: plain((r) => `${of(r, alnum, 3)}8Q~${of(r, `${alnum}_~.-`, 34)}`) },
  { id: 'azure-devops', make: plain((r) => `${of(r, alnum, 76)}AZDO${of(r, alnum, 4)}`) },
  { id: 'digitalocean', make: plain((r) => `dop_v1_${hex(r, 64)}`) },
  { id: 'cloudflare-origin', make: plain((r) => `v1.0-${hex(r, 24)}-${hex(r, 146)}`) },
  { id: 'heroku', make: plain((r) => `HRKU-${of(r, word, 58)}k1`) },
  { id: 'databricks', make: plain((r) => `dapi${hex(r, 32)}`) },
  { id: 'planetscale', make: plain((r) => `pscale_pw_${of(r, alnum, 43)}`) },
  { id: 'supabase', make: plain((r) => `sbp_${hex(r, 40)}`) },
  { id: 'tailscale', make: plain((r) => `tskey-auth-${of(r, alnum, 16)}-${of(r, alnum, 32)}`) },
  { id: 'alibaba', make: plain((r) => `LTAI5t${of(r, alnum, 18)}`) },
  { id: 'github-classic', make: plain((r) => withCrc62('ghp_', of(r, alnum, 30))) },
  { id: 'github-server', make: plain((r) => withCrc62('ghs_', of(r, alnum, 30))) },
  { id: 'github-fine-grained', make: plain((r) => `github_pat_${of(r, alnum, 22)}_${of(r, alnum, 59)}`) },
  { id: 'gitlab', make: plain((r) => `glpat-${of(r, word, 20)}`) },
  { id: 'gitlab-deploy', make: plain((r) => `gldt-${of(r, word, 20)}`) },
  { id: 'gitlab-runner', make: plain((r) => `GR1348941${of(r, word, 20)}`) },
  { id: 'bitbucket', make: plain((r) => `ATBB${of(r, alnum, 24)}${hex(r, 8).toUpperCase()}`) },
  { id: 'atlassian', make: plain((r) => { const body = `ATATT3xFf${of(r, alnum, 170)}`; return `${body}=${crcHex(body).toUpperCase()}` }) },
  { id: 'npm', make: plain((r) => withCrc62('npm_', of(r, alnum, 30))) },
  { id: 'npmrc', make: around((r) => uuid(r), (s) => `//registry.corp/:_authToken=${s}`) },
  { id: 'pypi', make: plain((r) => `pypi-AgEIcHlwaS5vcmc${of(r, word, 150)}`) },
  { id: 'rubygems', make: plain((r) => `rubygems_${hex(r, 48)}`) },
  { id: 'docker-hub', make: plain((r) => `dckr_pat_${of(r, word, 26)}7`) },
  { id: 'docker-config', make: (r) => { const p = password(r); const auth = base64(`ci:${p}`); return { text: `{"auths":{"registry.corp":{"auth":"${auth}"}}}`, secrets: [p, auth] } } },
  { id: 'artifactory', make: plain((r) => `AKCp${of(r, alnum, 69)}`) },
  { id: 'sonarqube', make: plain((r) => `squ_${hex(r, 40)}`) },
  { id: 'buildkite', make: plain((r) => `bkua_${hex(r, 40)}`) },
  { id: 'vault', make: plain((r) => `hvs.${of(r, word, 90)}`) },
  { id: 'terraform', make: plain((r) => `${of(r, alnum, 14)}.atlasv1.${of(r, word, 67)}`) },
  { id: 'pulumi', make: plain((r) => `pul-${hex(r, 40)}`) },
  { id: 'doppler', make: plain((r) => `dp.pt.${of(r, alnum, 43)}`) },
  { id: 'onepassword', make: plain((r) => `ops_eyJ${of(r, alnum, 250)}`) },
  { id: 'launchdarkly', make: plain((r) => `sdk-${uuid(r)}`) },
  { id: 'postman', make: plain((r) => `PMAK-${hex(r, 24)}-${hex(r, 34)}`) },
  { id: 'slack-bot', make: plain((r) => `xoxb-${of(r, digits, 12)}-${of(r, digits, 12)}-${of(r, alnum, 24)}`) },
  { id: 'slack-app', make: plain((r) => `xapp-1-A${of(r, upper + digits, 10)}-${of(r, digits, 13)}-${hex(r, 64)}`) },
  { id: 'slack-webhook', make: around((r) => of(r, alnum, 24), (s, r) => `https://hooks.slack.com/services/T${of(r, upper + digits, 8)}/B${of(r, upper + digits, 8)}/${s}`) },
  { id: 'discord-bot', make: plain((r) => `${base64(snowflake(r)).replaceAll('=', '')}.${of(r, word, 6)}.${of(r, word, 38)}`) },
  { id: 'discord-webhook', make: around((r) => of(r, alnum, 68), (s, r) => `https://discord.com/api/webhooks/${snowflake(r)}/${s}`) },
  { id: 'teams-webhook', make: around((r) => hex(r, 32), (s, r) => `https://corp.webhook.office.com/webhookb2/${uuid(r)}@${uuid(r)}/IncomingWebhook/${s}/${uuid(r)}`) },
  { id: 'telegram', make: plain((r) => `${of(r, '123456789', 10)}:AA${of(r, word, 32)}x`) },
  { id: 'twilio', make: plain((r) => `SK${hex(r, 32)}`) },
  { id: 'sendgrid', make: plain((r) => `SG.${of(r, word, 22)}.${of(r, word, 42)}x`) },
  { id: 'mailgun', make: plain((r) => `key-${hex(r, 32)}`) },
  { id: 'mailgun-new', make: plain((r) => `${hex(r, 32)}-${hex(r, 8)}-${hex(r, 8)}`) },
  { id: 'mailchimp', make: plain((r) => `${hex(r, 32)}-us14`) },
  { id: 'stripe', make: plain((r) => `sk_live_${of(r, alnum, 24)}`) },
  { id: 'stripe-restricted', make: plain((r) => `rk_live_${of(r, alnum, 99)}`) },
  { id: 'stripe-webhook', make: plain((r) => `whsec_${of(r, alnum, 32)}`) },
  { id: 'square', make: plain((r) => `sq0atp-${of(r, word, 21)}x`) },
  { id: 'braintree', make: plain((r) => `access_token$production$${of(r, lower + digits, 16)}$${hex(r, 32)}`) },
  { id: 'shopify', make: plain((r) => `shpat_${hex(r, 32)}`) },
  { id: 'grafana', make: plain((r) => { const body = of(r, alnum, 32); return `glsa_${body}_${crcHex(body)}` }) },
  { id: 'grafana-cloud', make: plain((r) => `glc_${base64(`{"o":"1","n":"x","k":"${of(r, alnum, 24)}","m":{"r":"eu"}}`)}`) },
  { id: 'grafana-old', make: plain((r) => base64(`{"k":"${of(r, alnum, 32)}","n":"ci","id":1}`)) },
  { id: 'new-relic', make: plain((r) => `NRAK-${of(r, upper + digits, 27)}`) },
  { id: 'new-relic-licence', make: plain((r) => `${hex(r, 36)}NRAL`) },
  { id: 'sentry', make: plain((r) => `sntryu_${hex(r, 64)}`) },
  { id: 'sentry-dsn', make: around((r) => hex(r, 32), (s, r) => `https://${hex(r, 32)}:${s}@sentry.corp/42`) },
  { id: 'dynatrace', make: plain((r) => `dt0c01.${of(r, upper + digits, 24)}.${of(r, upper + digits, 64)}`) },
  { id: 'hugging-face', make: plain((r) => `hf_${of(r, letters, 34)}`) },
  { id: 'openai', make: plain((r) => `sk-proj-${of(r, word, 74)}T3BlbkFJ${of(r, word, 73)}x`) },
  { id: 'anthropic', make: plain((r) => `sk-ant-api03-${of(r, word, 93)}AA`) },
  { id: 'groq', make: plain((r) => `gsk_${of(r, alnum, 52)}`) },
  { id: 'linear', make: plain((r) => `lin_api_${of(r, alnum, 40)}`) },
  { id: 'notion', make: plain((r) => `ntn_${of(r, alnum, 46)}`) },
  { id: 'airtable', make: plain((r) => `pat${of(r, alnum, 14)}.${hex(r, 64)}`) },
  { id: 'figma', make: plain((r) => `figd_${of(r, word, 40)}`) },
  { id: 'pem-pkcs8', make: pemOf('PRIVATE KEY') },
  { id: 'pem-rsa', make: pemOf('RSA PRIVATE KEY') },
  { id: 'pem-ec', make: pemOf('EC PRIVATE KEY') },
  { id: 'pem-encrypted', make: pemOf('ENCRYPTED PRIVATE KEY') },
  { id: 'openssh', make: sshKey },
  { id: 'pgp', make: (r) => { const body = of(r, base64Digits, 640).replace(/.{64}/g, '$&\n'); return { text: `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${body}=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n`, secrets: bodyOf(body) } } },
  { id: 'putty', make: (r) => { const body = of(r, base64Digits, 64); return { text: `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 1\nAAAAC3Nz\nPrivate-Lines: 1\n${body}\nPrivate-MAC: 00\n`, secrets: [body] } } },
  { id: 'age', make: plain(ageKey) },
  { id: 'wireguard', make: around((r) => `${of(r, base64Digits, 42)}A=`, (s) => `[Interface]\nPrivateKey = ${s}\nAddress = 10.0.0.1/24\n`) },
  { id: 'jwt', make: plain(jwt) },
  { id: 'jwk', make: around((r) => of(r, word, 43), (s) => `{"kty":"EC","crv":"P-256","x":"abc","y":"def","d":"${s}"}`) },
  { id: 'kubeconfig', make: around((r) => of(r, alnum, 900), (s) => `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    client-certificate-data: QUJD\n    client-key-data: ${s}\n`) },
  { id: 'kubeconfig-token', make: around((r) => of(r, alnum, 40), (s) => `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: ${s}\n`) },
  { id: 'postgres-url', make: around(password, (s) => `postgres://app:${s}@db.corp:5432/shop`) },
  { id: 'mysql-url', make: around(password, (s) => `mysql://app:${s}@db:3306/shop`) },
  { id: 'mongodb-srv', make: around(password, (s) => `mongodb+srv://app:${s}@cluster0.corp.net/shop?retryWrites=true`) },
  { id: 'redis-url', make: around(password, (s) => `redis://:${s}@cache:6379/0`) },
  { id: 'amqp-url', make: around(password, (s) => `amqps://app:${s}@mq.corp:5671/%2f`) },
  { id: 'https-url', make: around(password, (s) => `https://deploy:${s}@git.corp/shop.git`) },
  { id: 'go-dsn', make: around(password, (s) => `app:${s}@tcp(db:3306)/shop?parseTime=true`) },
  { id: 'jdbc', make: around(password, (s) => `jdbc:postgresql://db:5432/shop?user=app&password=${s}`) },
  { id: 'jdbc-sqlserver', make: around(password, (s) => `jdbc:sqlserver://db:1433;databaseName=shop;user=app;password=${s};encrypt=true`) },
  { id: 'jdbc-oracle', make: around(password, (s) => `jdbc:oracle:thin:app/${s}@db:1521:orcl`) },
  { id: 'dotnet', make: around(password, (s) => `Server=tcp:db,1433;Initial Catalog=shop;User ID=app;Password=${s};Encrypt=True;`) },
  { id: 'odbc', make: around(password, (s) => `Driver={ODBC Driver 18};Server=db;Database=shop;Uid=app;Pwd=${s};`) },
  { id: 'libpq', make: around(password, (s) => `host=db port=5432 user=app dbname=shop password=${s} sslmode=require`) },
  { id: 'stackexchange-redis', make: around(password, (s) => `cache.corp:6380,ssl=True,password=${s},abortConnect=False`) },
  { id: 'basic-header', make: (r) => { const p = password(r); const encoded = base64(`app:${p}`); return { text: `Authorization: Basic ${encoded}`, secrets: [p, encoded] } } },
  { id: 'bearer-header', make: around((r) => of(r, alnum, 40), (s) => `Authorization: Bearer ${s}`) },
  { id: 'htpasswd', make: around((r) => `$2y$05$${of(r, `${alnum}./`, 53)}`, (s) => `admin:${s}`) },
  { id: 'netrc', make: around(password, (s) => `machine git.corp login ci password ${s}`) },
  { id: 'pgpass', make: around(password, (s) => `db.corp:5432:shop:app:${s}`) },
  { id: 'cookie', make: around((r) => of(r, alnum, 40), (s) => `Cookie: theme=dark; sessionid=${s}`) },
  { id: 'command-line', make: around(password, (s) => `exec app --db-password ${s} --verbose`) },
  { id: 'curl', make: around(password, (s) => `curl -s -u app:${s} https://api.corp/health`) },
  { id: 'sql', make: around(password, (s) => `CREATE USER app WITH PASSWORD '${s}';`) },
  { id: 'redis-conf', make: around(password, (s) => `port 6379\nrequirepass ${s}\n`) },
]

/** Known by a name: what stands under it has no form. */
export const namedShapes: readonly SecretShape[] = [
  { id: 'password', name: 'DB_PASSWORD', make: plain(password) },
  { id: 'camel-password', name: 'smtpPassword', make: plain(password) },
  { id: 'passphrase-words', name: 'keyPassphrase', make: plain((r) => `${of(r, lower, 6)}-${of(r, lower, 7)}-${of(r, lower, 5)}`) },
  { id: 'datadog-api', name: 'DD_API_KEY', make: plain((r) => hex(r, 32)) },
  { id: 'datadog-app', name: 'datadogAppKey', make: plain((r) => hex(r, 40)) },
  { id: 'twilio-auth', name: 'TWILIO_AUTH_TOKEN', make: plain((r) => hex(r, 32)) },
  { id: 'consul', name: 'CONSUL_HTTP_TOKEN', make: plain(uuid) },
  { id: 'heroku-old', name: 'HEROKU_API_KEY', make: plain(uuid) },
  { id: 'cloudflare', name: 'CLOUDFLARE_API_TOKEN', make: plain((r) => of(r, word, 40)) },
  { id: 'okta', name: 'oktaApiToken', make: plain((r) => `00${of(r, word, 40)}`) },
  { id: 'rails', name: 'SECRET_KEY_BASE', make: plain((r) => hex(r, 128)) },
  { id: 'django', name: 'DJANGO_SECRET_KEY', make: plain((r) => of(r, `${alnum}!@%^*-_=+`, 50)) },
  { id: 'session', name: 'SESSION_SECRET', make: plain((r) => of(r, alnum, 32)) },
  { id: 'cookie-secret', name: 'oauth2CookieSecret', make: plain((r) => base64(of(r, alnum, 24))) },
  { id: 'encryption-hex', name: 'encryptionKey', make: plain((r) => hex(r, 64)) },
  { id: 'encryption-base64', name: 'ENCRYPTION_KEY', make: plain((r) => `${of(r, base64Digits, 43)}=`) },
  { id: 'fernet', name: 'fernetKey', make: plain((r) => `${of(r, word, 43)}=`) },
  { id: 'client-secret', name: 'oidcClientSecret', make: plain((r) => of(r, alnum, 36)) },
  { id: 'aws-secret-named', name: 'secretAccessKey', make: plain((r) => of(r, base64Digits, 40)) },
  { id: 'erlang-cookie', name: 'RABBITMQ_ERLANG_COOKIE', make: plain((r) => of(r, alnum, 32)) },
]

/** Formed ones once more, wrapped. */
export const wrappedShapes: readonly SecretShape[] = ['github-classic', 'postgres-url', 'stripe', 'pem-rsa', 'jwt', 'dotnet', 'aws-key-pair'].flatMap((id) => {
  const shape = formedShapes.find((s) => s.id === id)!
  const wrap = (how: string, encode: (text: string) => string): SecretShape => ({
    id: `${id} in ${how}`,
    make: (r) => {
      const { text, secrets } = shape.make(r)
      return { text: encode(text), secrets: [...secrets, encode(text)] }
    },
  })
  return [
    wrap('base64', base64), wrap('base64 twice', (t) => base64(base64(t))), wrap('hexadecimal', (t) => Buffer.from(t).toString('hex')),
    wrap('base64 over lines', (t) => base64(`# settings of the shop\n${t}\n# end of the settings\n`).replace(/.{64}/g, '$&\n')),
  ]
})

export const shapes: readonly SecretShape[] = [...formedShapes, ...namedShapes, ...wrappedShapes]
