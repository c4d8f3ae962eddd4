import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether GnuPG is installed here. */
export const hasGpg = spawnSync('gpg', ['--version'], { stdio: 'ignore' }).status === 0

/** A GnuPG home of its own, to make keys and signatures with. */
export class GpgHome {
  readonly path: string

  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o700)
  }

  run(args: readonly string[], input = '', passphrase = ''): string {
    return execFileSync('gpg', ['--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', passphrase, ...args], {
      input, env: { ...process.env, GNUPGHOME: this.path, LC_ALL: 'C' }, stdio: ['pipe', 'pipe', 'ignore'], encoding: 'latin1', maxBuffer: 1 << 26,
    })
  }

  /** Makes a key and returns its fingerprint. @param at when, as GnuPG writes times: 20200101T000000 */
  key(name: string, options: { algorithm?: string; usage?: string; expires?: string; passphrase?: string; at?: string } = {}): string {
    const { algorithm = 'rsa2048', usage = 'default', expires = '0', passphrase = '', at } = options
    this.run([...time(at), '--quick-gen-key', name, algorithm, usage, expires], '', passphrase)
    return this.fingerprint(name)
  }

  subkey(fingerprint: string, options: { algorithm?: string; usage?: string; expires?: string; at?: string } = {}): string {
    const { algorithm = 'rsa2048', usage = 'sign', expires = '0', at } = options
    this.run([...time(at), '--quick-add-key', fingerprint, algorithm, usage, expires])
    return [...this.run(['--with-colons', '--list-keys', fingerprint]).matchAll(/^fpr:+([0-9A-F]+):/gm)].at(-1)![1]!
  }

  fingerprint(name: string): string {
    return /^fpr:+([0-9A-F]+):/m.exec(this.run(['--with-colons', '--list-keys', `=${name}`]))![1]!
  }

  /** Takes a key back with the certificate GnuPG made when it made the key. */
  revoke(fingerprint: string): void {
    const text = readFileSync(join(this.path, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
    this.run(['--import'], text.replace(/^:(-----BEGIN)/m, '$1'))
  }

  clearSign(text: string, key: string, more: readonly string[] = []): string {
    return this.run([...more, '--local-user', key, '--clearsign', '--output', '-'], text)
  }

  /** Writes the keys as files: pub.gpg, sec.gpg, pub.asc. */
  export(folder: string, passphrase = ''): void {
    writeFileSync(join(folder, 'pub.gpg'), this.run(['--export']), 'latin1')
    writeFileSync(join(folder, 'pub.asc'), this.run(['--armor', '--export']), 'latin1')
    writeFileSync(join(folder, 'sec.gpg'), this.run(['--export-secret-keys'], '', passphrase), 'latin1')
  }

  end(): void {
    spawnSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: this.path }, stdio: 'ignore' })
  }
}

const time = (at: string | undefined): string[] => (at === undefined ? [] : ['--faked-system-time', `${at}!`])
