import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { outputOf } from '../program-output.ts'
import type { KeyOptions } from '../key-source.ts'
import type { AgeIdentity } from './age-identity.ts'
import { identitiesOf } from './identity-file.ts'
import { sshIdentity } from './ssh-identity.ts'
import { words } from './words.ts'

/** Far more than any file of identities has. */
const maxFile = 16 << 20

/** What was found, and what was there and could not be used. */
export interface FoundIdentities {
  readonly identities: readonly AgeIdentity[]
  readonly failures: readonly string[]
}

/** The identities of this machine in the order in which SOPS tries them. Upstream: loadIdentities in age/keysource.go. */
export class AgeIdentities {
  readonly #options: KeyOptions
  readonly #env: Readonly<Record<string, string | undefined>>
  #fixed: Promise<FoundIdentities> | undefined
  /** Commands are told the recipient, so that each is asked for each. */
  readonly #byCommand = new Map<string, Promise<FoundIdentities>>()

  constructor(options: KeyOptions) {
    this.#options = options
    this.#env = options.env ?? process.env
  }

  async for(recipient: string): Promise<FoundIdentities> {
    this.#fixed ??= this.#read()
    let commands = this.#byCommand.get(recipient)
    if (commands === undefined) this.#byCommand.set(recipient, commands = this.#ask(recipient))
    const found = [await this.#fixed, await commands]
    return { identities: found.flatMap((f) => f.identities), failures: found.flatMap((f) => f.failures) }
  }

  #read(): Promise<FoundIdentities> {
    const env = this.#env
    const home = env.HOME || homedir()
    const config = (process.platform === 'darwin' && env.XDG_CONFIG_HOME) || userConfigFolder(env, home)
    const find = finding()
    if (env.SOPS_AGE_SSH_PRIVATE_KEY_FILE) find.from(env.SOPS_AGE_SSH_PRIVATE_KEY_FILE, (path) => [sshIdentity(read(path), path, this.#options)])
    for (const name of ['id_ed25519', 'id_rsa']) {
      const path = join(home, '.ssh', name)
      if (isThere(path)) find.from(path, () => [sshIdentity(read(path), path, this.#options)])
    }
    if (env.SOPS_AGE_KEY) find.from('SOPS_AGE_KEY', () => identitiesOf(env.SOPS_AGE_KEY!, 'SOPS_AGE_KEY', this.#options))
    if (env.SOPS_AGE_KEY_FILE) find.from(env.SOPS_AGE_KEY_FILE, (path) => identitiesOf(read(path), path, this.#options))
    const keys = config === '' ? '' : join(config, 'sops', 'age', 'keys.txt')
    if (keys !== '' && isThere(keys)) find.from(keys, () => identitiesOf(read(keys), keys, this.#options))
    return Promise.resolve(find.found)
  }

  async #ask(recipient: string): Promise<FoundIdentities> {
    const find = finding()
    const { SOPS_AGE_KEY_CMD: keys = '', SOPS_AGE_SSH_PRIVATE_KEY_CMD: ssh = '' } = this.#env
    if (ssh !== '') await find.fromAsync('SOPS_AGE_SSH_PRIVATE_KEY_CMD', async (from) => [sshIdentity(await this.#command(ssh, recipient), from, this.#options, { asks: false })])
    if (keys !== '') await find.fromAsync('SOPS_AGE_KEY_CMD', async (from) => identitiesOf(await this.#command(keys, recipient), from, this.#options))
    return find.found
  }

  async #command(command: string, recipient: string): Promise<Buffer> {
    const [program, ...args] = words(command)
    if (program === undefined) throw new PintleError('secrets.key', 'it names no command')
    const { code, stdout } = await outputOf(program, args, { ...this.#options, env: { ...this.#env, SOPS_AGE_RECIPIENT: recipient } })
    // What it wrote may be a key.
    if (code !== 0) throw new PintleError('secrets.key', `the command ended with ${code}`)
    return stdout
  }
}

/** Upstream: os.UserConfigDir. */
function userConfigFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (process.platform === 'win32') return env.AppData ?? env.APPDATA ?? ''
  return env.XDG_CONFIG_HOME || join(home, '.config')
}

function finding(): { found: { identities: AgeIdentity[]; failures: string[] }; from(place: string, make: (place: string) => AgeIdentity[]): void; fromAsync(place: string, make: (place: string) => Promise<AgeIdentity[]>): Promise<void> } {
  const found = { identities: [] as AgeIdentity[], failures: [] as string[] }
  const failed = (place: string, error: unknown): void => {
    if (!isPintleError(error) || error.code !== 'secrets.key') throw error
    found.failures.push(`${place}: ${error.message}`)
  }
  return {
    found,
    from(place, make) {
      try {
        found.identities.push(...make(place))
      } catch (error) {
        failed(place, error)
      }
    },
    async fromAsync(place, make) {
      try {
        found.identities.push(...await make(place))
      } catch (error) {
        failed(place, error)
      }
    },
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function read(path: string): Buffer {
  try {
    if (statSync(path).size > maxFile) throw new PintleError('secrets.key', `it is larger than ${maxFile >> 20} MiB`)
    return readFileSync(path)
  } catch (error) {
    if (isPintleError(error)) throw error
    throw new PintleError('secrets.key', `it cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
}
