import { KeyBox } from './key-box.ts'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

/** The transit engine of Vault as its public documentation has it. What is asked for keys is in the ciphertext's version, as `vault:v1:`. */
export class VaultCloud {
  readonly #keys = new KeyBox()
  readonly #versions = new Map<string, number>()
  /** Tokens and what they may do: everything, or nothing. */
  readonly tokens = new Map<string, boolean>()
  /** The namespace that requests must name. */
  namespace: string | undefined
  /** Where a standby node leads to: every other request, as Vault's own client asks the other node by the name of the first. */
  redirect: string | undefined
  #led = false

  constructor(cloud: LocalCloud, host: string) {
    cloud.serve(host, (request) => this.answer(request))
  }

  rotate(path: string): void {
    this.#versions.set(path, this.#version(path) + 1)
  }

  answer({ method, path, headers, body }: Received): Reply {
    this.#led = this.redirect !== undefined && !this.#led
    if (this.#led) return { status: 307, headers: { location: `${this.redirect}${path}` } }
    const allowed = this.tokens.get(String(headers['x-vault-token']))
    if (allowed === undefined || headers['x-vault-namespace'] !== this.namespace) return { status: 403, body: { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n', `token ${headers['x-vault-token']}`] } }
    if (!allowed) return { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } }
    const [, engine, action, name] = /^\/v1\/(.+)\/(encrypt|decrypt)\/([^/]+)$/.exec(path) ?? []
    if (engine === undefined || engine === 'nowhere' || (method !== 'PUT' && method !== 'POST')) return { status: 404, body: { errors: [`no handler for route "${path.slice('/v1/'.length)}". route entry not found.`] } }
    const key = `${engine}/${name}`
    const { plaintext, ciphertext } = JSON.parse(body) as { plaintext?: string; ciphertext?: string }
    if (action === 'encrypt') {
      const version = this.#version(key)
      return data({ ciphertext: `vault:v${version}:${this.#keys.encrypt(`${key}#${version}`, Buffer.from(plaintext!, 'base64')).toString('base64')}`, key_version: version })
    }
    const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(ciphertext!) ?? []
    const plain = this.#keys.decrypt(`${key}#${version}`, Buffer.from(sealed ?? '', 'base64'))
    return plain === undefined ? { status: 400, body: { errors: ['cipher: message authentication failed'] } } : data({ plaintext: plain.toString('base64') })
  }

  #version(key: string): number {
    return this.#versions.get(key) ?? 1
  }
}

const data = (content: object): Reply => ({ body: { request_id: 'r', lease_id: '', renewable: false, lease_duration: 0, data: content, wrap_info: null, warnings: null, auth: null } })
