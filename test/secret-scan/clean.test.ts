/** What looks like a secret and is none: references, names, public keys, digests, ids, settings about secrets, code and prose. */
import { describe, expect, it } from 'vitest'
import { scanText, scanYaml } from '../../src/delivery/secret-scan/index.ts'
import { Random } from '../conformance/random.ts'

const random = new Random(7)
const hex = (n: number) => Array.from({ length: n }, () => '0123456789abcdef'[random.below(16)]!).join('')
const base64 = (n: number) => Buffer.from(Array.from({ length: n }, () => random.below(256))).toString('base64')
const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-')
const pem = (label: string) => `-----BEGIN ${label}-----\n${base64(600).replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

/** Values of somebody's own file, where weak passwords count. */
const values: readonly [name: string, value: unknown][] = [
  // References.
  ['password', 'ref+vault://secret/app#password'], ['password', 'secretref+vault://secret/app#password'], ['password', 'vault:secret/data/app#password'], ['password', '${DB_PASSWORD}'], ['password', '$(DB_PASSWORD)'], ['password', '$DB_PASSWORD'],
  ['password', '{{ .Values.global.password }}'], ['password', 'ENC[AES256_GCM,data:abc=,iv:def=,tag:ghi=,type:str]'], ['password', 'op://vault/item/password'], ['password', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf'],
  ['password', 'projects/shop/secrets/db/versions/latest'], ['password', '/run/secrets/db-password'], ['password', './secrets/db'], ['password', 'env:DB_PASSWORD'], ['password', 'file:/run/secrets/db'], ['password', '%DB_PASSWORD%'], ['password', '<%= ENV["DB"] %>'],
  ['password', '@db.password@'], ['token', 'gcpsm://shop/token'], ['apiKey', 'azkv://vault/key'], ['password', 'DB_ROOT_PASSWORD'], ['password', 'redis-password'], ['token', 'k8s:shop/token'],
  ['existingSecret', 'shop-db'], ['existingSecretPasswordKey', 'postgres-password'], ['secretKeyRef', { name: 'shop', key: 'password' }], ['secretName', 'shop-tls'], ['imagePullSecrets', [{ name: 'registry-login' }]], ['passwordSecretRef', 'shop/db'],
  ['passwordFile', '/etc/shop/password'], ['tokenPath', '/var/run/secrets/token'], ['credentialsFile', 'credentials.json'], ['secretProvider', 'vault'], ['auth', { secret: 'shop-auth' }], ['credentials', 'shop-credentials'], ['tlsSecret', 'wildcard-tls-2'],
  // Stand-ins.
  ['password', ''], ['password', '<password>'], ['password', '<your password here>'], ['password', 'YOUR_PASSWORD'], ['password', 'your-password-here'], ['password', 'REPLACE_ME'], ['password', 'replace-with-real'], ['password', 'xxxxxxxx'], ['password', '********'],
  ['password', '...'], ['password', 'TODO'], ['password', 'example'], ['password', '[redacted]'], ['password', 'PLACEHOLDER'], ['password', 'to-be-set-by-ci'], ['apiKey', 'YOUR-API-KEY'], ['apiKey', 'xxxx-xxxx-xxxx'], ['token', '0000000000000000'], ['token', '12345678'],
  ['accessKey', 'AKIAIOSFODNN7EXAMPLE'], ['secretKey', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  // Settings about secrets.
  ['passwordLength', '32'], ['tokenTTL', '24h'], ['tokenExpiry', '1h'], ['passwordPolicy', 'strong-12'], ['secretEnabled', 'true'], ['automountServiceAccountToken', true], ['usePasswordFiles', 'true'], ['generatePassword', 'always'], ['keyId', uuid()], ['accessKeyId', 'minio-user'],
  ['clientId', uuid()], ['tenantId', uuid()], ['tokenEndpoint', 'https://login.corp/oauth/token'], ['tokenUrl', 'https://login.corp/token'], ['passwordHash', `$2y$10$${'a1B2c'.repeat(10)}abc`], ['passwordHeader', 'X-Auth-Password'], ['secretRotation', '30d'], ['tokenIssuer', 'https://issuer.corp'],
  ['tokenAudience', 'https://kubernetes.default.svc'], ['passwordKey', 'admin-password'], ['userPasswordKey', 'password'], ['secretsStore', 'aws-parameter-store'], ['tokenType', 'jwt-rs256'], ['apiKeyHeader', 'X-Api-Key-2'], ['signingKeyAlgorithm', 'rs256'], ['encryptionKeySize', '256'], ['password', true], ['password', null],
  ['checksum/secret', hex(64)], ['token', 'sha256-fingerprint'],
  // Public things.
  ['publicKey', pem('PUBLIC KEY')], ['caCert', pem('CERTIFICATE')], ['key', pem('PUBLIC KEY')], ['tls.key', pem('CERTIFICATE')], ['sshKey', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${base64(32)}`], ['caBundle', Buffer.from(pem('CERTIFICATE')).toString('base64')], ['digest', `sha256:${hex(64)}`], ['image', `web@sha256:${hex(64)}`],
  ['commit', hex(40)], ['password', `$2a$10$${'x9Yz1'.repeat(10)}abc`], ['integrity', `sha512-${base64(64)}`], ['icon', `data:image/png;base64,${base64(900)}`], ['logo', base64(300)], ['uid', uuid()], ['fingerprint', hex(40)], ['recipient', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
  ['version', '1.2.3-rc.1+abc'], ['schedule', '*/5 * * * *'], ['endpoint', 'https://example.com/a:b'], ['repository', 'https://github.com/shop/shop.git'], ['dsn', `https://${hex(32)}@sentry.corp/42`], ['url', 'postgres://db:5432/shop'], ['url', 'postgres://app@db/shop'], ['url', 'redis://cache:6379'],
  ['url', 'postgres://app:${DB_PASSWORD}@db/shop'], ['url', 'postgres://app:$(DB_PASSWORD)@db/shop'], ['url', 'https://user:password@example.com/'], ['url', 'mongodb://{{ .Values.user }}:{{ .Values.password }}@db'], ['hint', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'], ['time', '2026-01-01T00:00:00Z'],
  ['address', '10.0.0.1:8080'], ['arn', 'arn:aws:iam::123456789012:role/shop'], ['account', '123456789012'], ['traceparent', `00-${hex(32)}-${hex(16)}-01`], ['etag', hex(32)], ['buildId', base64(20)], ['sessionCookieName', 'shop-session-2'], ['licence', 'Apache-2.0'], ['bucket', 'shop-backups-eu-west-1'],
  ['description', 'Set the password: it is needed by the job.'], ['note', 'token: see the wiki'], ['help', 'Use --password to give the password, or set PASSWORD=... in the environment.'],
]

/** Files, scripts and code. */
const texts: readonly string[] = [
  'password = os.environ["DB_PASSWORD"]', 'password := os.Getenv("DB_PASSWORD")', 'const token = process.env.TOKEN', 'token: req.headers.authorization', 'PASSWORD=$(cat /run/secrets/db)', 'export TOKEN="$(vault read -field=token secret/app)"', 'PASSWORD="${PASSWORD:-}"', ': "${PASSWORD:?must be set}"',
  'if [ -z "$PASSWORD" ]; then echo "password: missing"; fi', 'mysqladmin ping -uroot -p"${MYSQL_ROOT_PASSWORD}"', 'redis-cli -a "$REDIS_PASSWORD" ping', 'curl -H "Authorization: Bearer ${TOKEN}" https://api.corp', 'curl -u "$USER:$PASSWORD" https://api.corp', '# password: the password of the database', '; token = <token>',
  'requirepass ${REDIS_PASSWORD}', '# requirepass foobared', 'spring.datasource.password=${DB_PASSWORD}', 'password=%(db_password)s', 'CREATE USER app WITH PASSWORD :password;', "IDENTIFIED BY '$MYSQL_PASSWORD'", '<password>${db.password}</password>', 'proxy_set_header Authorization $http_authorization;', 'auth_basic_user_file /etc/nginx/.htpasswd;',
  'ssl_certificate_key /etc/tls/tls.key;', 'password_encryption = scram-sha-256', 'password.encoder.keyfactory.algorithm=PBKDF2WithHmacSHA256', 'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="x" password="${file:/etc/creds:password}";', 'grep -oP "^password=\\K.+" "$1"', 'fun(token: String, password: String)',
  'AUTH <password>', '"token": base64Token,', 'password: {type: string}', '"password": "string"', 'tokenReview: true', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}', 'begin with -----BEGIN RSA PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----', 'machine example.com login $USER password $PASSWORD',
]

describe('what looks like a secret and is none', () => {
  it('has look-alikes enough', () => {
    expect(values.length + texts.length).toBeGreaterThanOrEqual(100)
  })

  it('is no finding', () => {
    const wrong = [
      ...values.filter(([name, value]) => scanYaml('values.yaml', JSON.stringify({ shop: { [name]: value } })).findings.some((f) => f.confidence !== 'possible')).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
      ...texts.filter((text) => scanText('app.conf', `# settings\n${text}\nport=80\n`).findings.some((f) => f.confidence !== 'possible')),
    ]
    console.log(`look-alikes: ${wrong.length} of ${values.length + texts.length} taken for secrets`)
    expect(wrong).toEqual([])
  })
})
