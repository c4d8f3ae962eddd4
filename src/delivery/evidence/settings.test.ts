import { expect, it } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import { parseEvidenceSettings } from './index.ts'

const fault = (path: readonly (string | number)[], message: string, hint?: string) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, hint === undefined ? {} : { hint })
const parse = (raw: unknown, env = {}) => parseEvidenceSettings(raw, env, fault)

it('reads all that can be said', () => {
  expect(parse(undefined)).toEqual({ sinks: [], events: {}, traces: {}, anchor: true })
  expect(parse({
    store: { env: 'DB' }, anchor: false, events: { file: 'e.jsonl', http: 'https://h/x', tokenEnv: 'T' }, traces: { file: 't.jsonl' },
    sinks: [{ folder: 'a' }, { oci: 'oci://r/p' }, { oci: { repository: 'localhost:5000/p', plainHttp: true } }, { s3: { bucket: 'abc', prefix: '/x/' } }, { git: {} }],
  }, { DB: 'postgres://u:p@h/d' })).toEqual({
    store: 'postgres://u:p@h/d', anchor: false, events: { file: 'e.jsonl', http: 'https://h/x', tokenEnv: 'T' }, traces: { file: 't.jsonl' },
    sinks: [{ folder: 'a' }, { oci: { repository: 'r/p', plainHttp: false } }, { oci: { repository: 'localhost:5000/p', plainHttp: true } }, { s3: { bucket: 'abc', region: 'us-east-1', prefix: 'x' } }, { git: { repository: '.', branch: 'evidence' } }],
  })
})

it.each([
  [{ stroe: 'x' }, 'stroe: unknown key evidence.stroe', 'Did you mean store?'],
  [{ sinks: [{ folder: 'a' }, { folders: 'x' }] }, 'sinks.1.folders: unknown key evidence.sinks.1.folders', 'Did you mean folder?'],
  [{ sinks: [{ folder: 'a', oci: 'b' }] }, 'sinks.0: a sink has one of the keys folder, oci, s3, git'],
  [{ sinks: {} }, 'sinks: evidence.sinks must be a list'],
  [{ store: 'postgres://u:secret@h/d' }, 'store: evidence.store holds a password', 'Keep the whole URL in a variable: store: { env: NAME }'],
  [{ store: { env: 'NOT_SET' } }, 'store.env: the variable NOT_SET is not set, which says where the evidence is kept'],
  [{ events: { http: 'https://u:p@h' } }, 'events.http: evidence.events.http must be an http(s) URL without a password'],
  [{ sinks: [{ s3: { bucket: 'UPPER' } }] }, 'sinks.0.s3.bucket: an S3 sink needs the name of a bucket'],
  [{ sinks: [{ s3: { bucket: 'abc', endpoint: 'file:///x' } }] }, 'sinks.0.s3.endpoint: the endpoint of an S3 sink is an http(s) URL of a host'],
  [{ sinks: [{ git: { branch: '--upload-pack=x' } }] }, 'sinks.0.git.branch: "--upload-pack=x" is no name of a branch'],
  [{ anchor: 'yes' }, 'anchor: evidence.anchor must be true or false'],
  ['x', ': evidence must be a map'],
])('refuses %j', (raw, message, hint?: string) => {
  const error = (() => {
    try {
      parse(raw)
    } catch (e) {
      return e as PintleError
    }
    return undefined
  })()
  expect(error?.message).toBe(message)
  if (hint) expect(error?.hint).toBe(hint)
})
