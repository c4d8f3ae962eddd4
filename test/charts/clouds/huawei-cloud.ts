import { createHash, createHmac } from 'node:crypto'
import { KeyBox } from './key-box.ts'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

/** KMS and IAM of Huawei Cloud as their public documentation has them. Signatures are checked here on their own, from what was received. */
export class HuaweiCloud {
  readonly #keys = new KeyBox()
  readonly accounts = new Map<string, { secret: string; token?: string; denied?: boolean }>()
  readonly projects: string[] = ['0123456789abcdef']

  constructor(cloud: LocalCloud, hosts: readonly string[]) {
    for (const host of hosts) cloud.serve(host, (request) => this.#answer(request))
  }

  #answer(request: Received): Reply {
    const account = this.#caller(request)
    if (account === undefined) return refusal(401, 'APIGW.0301', `Incorrect IAM authentication information: ${request.headers.authorization}`)
    if (request.path.startsWith('/v3/projects?')) return { body: { links: { self: '', next: null, previous: null }, projects: this.projects.map((id) => ({ id, name: 'tr-west-1', domain_id: 'd', enabled: true, is_domain: false, parent_id: 'd', description: '', links: { self: '' } })) } }
    const [, project, action] = /^\/v1\.0\/([^/]+)\/kms\/(encrypt|decrypt)-data\/?$/.exec(request.path) ?? []
    if (account.denied === true || project === undefined || !this.projects.includes(project)) return refusal(403, 'KMS.0306', `The token has no permission; you are ${account.secret}`)
    const { key_id: key, plain_text: plain, cipher_text: sealed, encryption_algorithm: algorithm } = JSON.parse(request.body) as Record<string, string>
    if (algorithm !== 'SYMMETRIC_DEFAULT') return refusal(400, 'KMS.0205', 'Invalid parameters.')
    if (action === 'encrypt') return { body: { key_id: key, cipher_text: this.#keys.encrypt(key!, Buffer.from(plain!)).toString('base64') } }
    const opened = this.#keys.decrypt(key!, Buffer.from(sealed!, 'base64'))
    return opened === undefined ? refusal(400, 'KMS.0208', 'Failed to decrypt.') : { body: { key_id: key, plain_text: opened.toString(), plain_text_base64: opened.toString('base64') } }
  }

  #caller({ method, path, headers, body }: Received): { secret: string; denied?: boolean } | undefined {
    const [, id, names, signature] = /^SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? []
    const account = this.accounts.get(id ?? '')
    if (signature === undefined || account === undefined || account.token !== headers['x-security-token']) return undefined
    const time = String(headers['x-sdk-date'])
    const sent = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    const signed = names!.split(';')
    if (!(Math.abs(Date.now() - sent) < 900_000) || !signed.includes('x-sdk-date')) return undefined
    const [place, query = ''] = path.split('?')
    const canonical = `${method}\n${place!.endsWith('/') ? place : `${place}/`}\n${query}\n${signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('')}\n${names}\n${createHash('sha256').update(body).digest('hex')}`
    const expected = createHmac('sha256', account.secret).update(`SDK-HMAC-SHA256\n${time}\n${createHash('sha256').update(canonical).digest('hex')}`).digest('hex')
    return expected === signature ? account : undefined
  }
}

const refusal = (status: number, code: string, message: string): Reply => ({ status, body: { error: { error_code: code, error_msg: message } } })
