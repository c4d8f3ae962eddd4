import { encodeRfc3986, signV4, type AwsCredentials, type HttpClient } from '../../../charts/http/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { exportName } from '../export-record.ts'
import type { Sink } from './sink.ts'

export interface S3Target {
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  /** Of an S3 that is not Amazon's; the bucket is then the first part of the path. */
  readonly endpoint?: string
}

/** Objects `PREFIX/NUMBER-ID/FILE` in a bucket. `line.json` comes last: where it is, the entry is complete. */
export function s3Sink(http: HttpClient, target: S3Target, credentials: AwsCredentials, now: () => Date = () => new Date()): Sink {
  const { bucket, region, prefix } = target
  const base = target.endpoint !== undefined ? `${target.endpoint}/${bucket}` : bucket.includes('.') ? `https://s3.${region}.amazonaws.com/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`
  return {
    name: `s3:${target.endpoint ?? region}/${bucket}/${prefix}`,
    wantsHistory: true,
    async send(stored, files, signal) {
      const all = [...(await files())].sort((a, b) => Number(a.name === 'line.json') - Number(b.name === 'line.json'))
      for (const { name, content } of all) {
        const key = [prefix, exportName(stored), name].filter((part) => part !== '').flatMap((part) => part.split('/')).map(encodeRfc3986).join('/')
        const url = new URL(`${base}/${key}`)
        const body = Buffer.from(content as string)
        const { authorization, ...headers } = signV4({ method: 'PUT', url, headers: { 'content-type': name.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8' }, body }, { region, service: 's3', sendHash: true }, credentials, now())
        const answer = await http.send({ method: 'PUT', url: url.href, headers, authorization: authorization!, body, idempotent: true, redirects: 0, maxBody: 1 << 20, signal })
        if (answer.status !== 200) throw new PintleError('evidence.sink', `PUT ${url.href}: ${answer.status} ${codeOf(answer.body) || answer.statusText}`)
      }
    },
  }
}

/** `<Code>AccessDenied</Code>` of S3's errors. */
const codeOf = (body: Buffer): string => /<Code>([A-Za-z0-9]{1,100})<\/Code>/.exec(body.subarray(0, 4096).toString())?.[1] ?? ''
