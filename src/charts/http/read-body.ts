import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { PintleError } from '../../errors/index.ts'
import type { Deadline } from './deadline.ts'
import { coded } from './net-error.ts'

/** Reads an answer whole. @throws PintleError http.limit; Node's errors marked `inBody` */
export async function readBody(response: IncomingMessage, options: { max: number; deadline: Deadline; what: string; unpack: boolean }): Promise<Buffer> {
  const { max, deadline, what, unpack } = options
  deadline.start(() => response.destroy(coded('PINTLE_TIMEOUT')))
  const tooLarge = (): PintleError => new PintleError('http.limit', `${what} is larger than ${sizeText(max)}`, { hint: 'No server should send that much here.' })
  const announced = Number(response.headers['content-length'] ?? 0)
  const chunks: Buffer[] = []
  let size = 0
  try {
    if (announced > max) throw tooLarge()
    for await (const chunk of unpack ? unpacked(response) : response) {
      size += (chunk as Buffer).length
      if (size > max) throw tooLarge()
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    response.destroy()
    throw error instanceof PintleError ? error : Object.assign(error as Error, { inBody: true })
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
}

const sizeText = (bytes: number): string => (bytes >= 1 << 20 ? `${Math.floor(bytes / (1 << 20))} MiB` : `${bytes} bytes`)

function unpacked(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response
  const gunzip = process.getBuiltinModule('node:zlib').createGunzip()
  response.on('error', (error) => gunzip.destroy(error))
  response.on('aborted', () => gunzip.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
  gunzip.on('close', () => response.destroy())
  return response.pipe(gunzip)
}
