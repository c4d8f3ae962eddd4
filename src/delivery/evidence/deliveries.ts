import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import { makeFolder, writeDurably } from './durable-file.ts'
import type { StoredEntry } from './store.ts'

export interface Delivery {
  readonly sink: string
  readonly sequence: number
  readonly hash: string
}

/** `delivered/`: how far each sink has been given the chain. What is not delivered yet needs no copy: it is in the chain. */
export class Deliveries {
  readonly #folder: string
  constructor(root: string) {
    this.#folder = join(root, 'delivered')
  }

  get(sink: string): Delivery | undefined {
    const path = join(this.#folder, nameOf(sink))
    return existsSync(path) ? decode(nameOf(sink), readFileSync(path)) : undefined
  }

  set(sink: string, { sequence, hash }: StoredEntry): void {
    makeFolder(this.#folder)
    writeDurably(join(this.#folder, nameOf(sink)), `${canonicalJson({ hash, sequence, sink })}\n`)
  }

  /** All of them, and the names of files that are none. */
  all(): { sound: Delivery[]; changed: string[] } {
    const sound: Delivery[] = []
    const changed: string[] = []
    for (const name of existsSync(this.#folder) ? readdirSync(this.#folder) : []) {
      const found = decode(name, readFileSync(join(this.#folder, name)))
      if (found === undefined) changed.push(`delivered/${name}`)
      else sound.push(found)
    }
    return { sound, changed }
  }
}

const nameOf = (sink: string): string => `${sha256(sink).slice('sha256:'.length)}.json`

function decode(name: string, bytes: Uint8Array): Delivery | undefined {
  try {
    const { sink, sequence, hash } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Delivery
    if (nameOf(sink) === name && Number.isSafeInteger(sequence) && Buffer.from(`${canonicalJson({ hash, sequence, sink })}\n`).equals(bytes)) return { sink, sequence, hash }
  } catch {
    // Not ours.
  }
  return undefined
}
