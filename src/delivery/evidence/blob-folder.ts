import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { sha256 } from '../attestation/index.ts'
import { isUnfinished, makeFolder, syncFolder, writeDurably } from './durable-file.ts'

const form = /^sha256:([0-9a-f]{2})([0-9a-f]{62})$/
/** Largest file that is read into memory. */
const mostBytes = 256 * 1024 * 1024

/** Files by what they contain: `sha256/ab/cdef...`. Two records with the same file share it. */
export class BlobFolder {
  readonly #root: string
  constructor(root: string) {
    this.#root = root
  }

  /** Keeps a file. One that is there already and is not what its name says is written anew. */
  put(content: string | Uint8Array): string {
    const digest = sha256(content)
    const path = this.#path(digest)!
    if (existsSync(path) && sha256(readFileSync(path)) === digest) return digest
    const isNew = !existsSync(dirname(path))
    makeFolder(dirname(path))
    writeDurably(path, content)
    if (isNew) for (const folder of [dirname(dirname(path)), this.#root]) syncFolder(folder)
    return digest
  }

  /** undefined when it is not there. @throws PintleError evidence.broken when it is not what its name says */
  read(digest: string): Uint8Array | undefined {
    const path = this.#path(digest)
    if (path === undefined || !existsSync(path)) return undefined
    if (statSync(path).size > mostBytes) throw new PintleError('evidence.broken', `${digest} is larger than ${mostBytes} bytes`)
    const bytes = readFileSync(path)
    if (sha256(bytes) !== digest) throw new PintleError('evidence.broken', `the file ${digest} was changed`, { hint: 'Run `pintle evidence verify`.' })
    return bytes
  }

  /** What is wrong with a file; undefined when nothing is. */
  async fault(digest: string): Promise<'missing' | 'changed' | undefined> {
    const path = this.#path(digest)
    if (path === undefined || !existsSync(path)) return 'missing'
    return (await fileDigest(path)) === digest ? undefined : 'changed'
  }

  /** Digests of all files, and the paths of what is no such file, relative to the store. */
  *all(): Iterable<{ digest: string } | { stray: string; unfinished: boolean }> {
    const top = join(this.#root, 'sha256')
    if (!existsSync(top)) return
    for (const folder of readdirSync(top)) {
      const isFolder = statSync(join(top, folder)).isDirectory()
      if (!isFolder) yield { stray: `sha256/${folder}`, unfinished: false }
      for (const name of isFolder ? readdirSync(join(top, folder)) : []) {
        const digest = `sha256:${folder}${name}`
        yield form.test(digest) ? { digest } : { stray: `sha256/${folder}/${name}`, unfinished: isUnfinished(name) }
      }
    }
  }

  #path(digest: string): string | undefined {
    const found = form.exec(digest)
    return found === null ? undefined : join(this.#root, 'sha256', found[1]!, found[2]!)
  }
}

/** The digest of a file of any size. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  return `sha256:${hash.digest('hex')}`
}
