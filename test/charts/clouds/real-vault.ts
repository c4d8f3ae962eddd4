import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** The core and the transit engine of the real Vault, in memory. */
export class RealVault {
  readonly #child: ChildProcess
  readonly url: string
  readonly token: string

  private constructor(child: ChildProcess, url: string, token: string) {
    this.#child = child
    this.url = url
    this.token = token
  }

  static async start(program: string): Promise<RealVault> {
    const child = spawn(program, ['127.0.0.1:0'], { stdio: ['pipe', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: child.stdout! })) {
      const [url, token] = line.split(' ')
      return new RealVault(child, url!, token!)
    }
    throw new Error('Vault did not start')
  }

  async call(path: string, content: object, token = this.token): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.url}/v1/${path}`, { method: 'POST', headers: { 'x-vault-token': token, 'content-type': 'application/json' }, body: JSON.stringify(content) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }

  /** A token that may do what a policy says. */
  async tokenFor(name: string, policy: string): Promise<string> {
    await this.call(`sys/policies/acl/${name}`, { policy })
    const { auth } = await this.call('auth/token/create', { policies: [name], no_default_policy: true })
    return (auth as { client_token: string }).client_token
  }

  stop(): void {
    this.#child.stdin!.end()
    this.#child.kill()
  }
}
