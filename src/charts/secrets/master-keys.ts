import { ageKeys } from './age/age-keys.ts'
import { awsKeys } from './aws/aws-keys.ts'
import { azureKeys } from './azure/azure-keys.ts'
import { gcpKeys } from './gcp/gcp-keys.ts'
import { huaweiKeys } from './huawei/huawei-keys.ts'
import { keyEntry, type KeyEntry } from './key-entry.ts'
import type { KeyOptions, KeySource, KnownKeys } from './key-source.ts'
import type { KeyKind, KeySpec } from './key-spec.ts'
import type { MasterKey } from './metadata.ts'
import { pgpKeys } from './pgp/pgp-keys.ts'
import { vaultKeys } from './vault/vault-keys.ts'

const makers: Readonly<Record<KeyKind, (options: KeyOptions) => KeySource>> = {
  age: ageKeys, pgp: pgpKeys, kms: awsKeys, gcp_kms: gcpKeys, azure_kv: azureKeys, hc_vault: vaultKeys, hckms: huaweiKeys,
}

/** The keys of every kind that this machine, its environment and the services they name give access to. Each kind is made when the first key asks for it. */
export class MasterKeys implements KnownKeys {
  readonly #options: KeyOptions
  readonly #sources = new Map<KeyKind, KeySource>()

  constructor(options: KeyOptions) {
    this.#options = options
  }

  async open(key: MasterKey): Promise<Uint8Array | undefined> {
    return this.#source(key.kind).open(key)
  }

  async wrap(spec: KeySpec, dataKey: Uint8Array, now = new Date()): Promise<KeyEntry> {
    const source = this.#source(spec.kind)
    const whole = (await source.resolve?.(spec)) ?? spec
    return keyEntry(whole, await source.wrap(whole, dataKey), `${now.toISOString().slice(0, 19)}Z`)
  }

  async resolve(spec: KeySpec): Promise<KeySpec> {
    return (await this.#source(spec.kind).resolve?.(spec)) ?? spec
  }

  close(): void {
    for (const source of this.#sources.values()) source.close?.()
    this.#sources.clear()
  }

  #source(kind: KeyKind): KeySource {
    let source = this.#sources.get(kind)
    if (source === undefined) {
      source = makers[kind](this.#options)
      this.#sources.set(kind, source)
    }
    return source
  }
}
