import { hostname } from 'node:os'
import { PintleError } from '../../../errors/index.ts'
import type { AwsCredentials } from '../../http/index.ts'
import { KeyService, plainOf, textOf } from '../key-service.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import type { KeySpec } from '../key-spec.ts'
import { AwsCredentialChain } from './aws-credentials.ts'
import { askAws } from './aws-service.ts'

/**
 * AWS KMS, with the credentials that AWS' own programs would use, or those of a role that the key names.
 * Upstream: kms/keysource.go. Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export function awsKeys(options: KeyOptions): KeySource {
  const http = new KeyService(options)
  const chain = new AwsCredentialChain(http, options)
  const roles = new Map<string, Promise<AwsCredentials>>()

  const credentialsFor = async (region: string, { role = '', aws_profile: profile = '' }: KeySpec['fields']): Promise<AwsCredentials> => {
    const own = await chain.credentials(profile, region)
    if (role === '') return own
    const name = JSON.stringify([role, profile, region])
    let assumed = roles.get(name)
    if (assumed === undefined) roles.set(name, assumed = chain.assumeRole({ RoleArn: role, RoleSessionName: sessionName() }, own, region, profile))
    return assumed
  }
  const ask = async (action: 'Encrypt' | 'Decrypt', spec: KeySpec, content: Record<string, string>): Promise<Readonly<Record<string, unknown>>> => {
    const region = regionOf(spec.fields.arn!)
    const body = JSON.stringify({ KeyId: spec.fields.arn, ...content, ...(spec.context !== undefined && Object.keys(spec.context).length > 0 && { EncryptionContext: spec.context }) })
    const target = { service: 'kms', region, profile: chain.profile(spec.fields.aws_profile ?? '') } as const
    const { json } = await askAws(http, target, chain.profiles, { headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` }, body }, await credentialsFor(region, spec.fields))
    if (json === undefined) throw new PintleError('secrets.key', 'the answer of AWS KMS is no JSON')
    return json
  }
  return {
    open: async (key) => plainOf((await ask('Decrypt', key, { CiphertextBlob: key.enc })).Plaintext),
    async wrap(spec, dataKey) {
      const wrapped = textOf((await ask('Encrypt', spec, { Plaintext: Buffer.from(dataKey).toString('base64') })).CiphertextBlob)
      if (wrapped === '') throw new PintleError('secrets.key', 'the answer of AWS KMS has no ciphertext')
      return wrapped
    },
    close: () => http.close(),
  }
}

/** Upstream: arnRegex. */
function regionOf(arn: string): string {
  const region = /^arn:aws[\w-]*:kms:(.+):[0-9]+:(?:key|alias)\/.+$/.exec(arn)?.[1]
  if (region === undefined) throw new PintleError('secrets.key', 'it is no ARN of a key')
  return region
}

/** Upstream: stsSessionName. */
const sessionName = (): string => `sops@${hostname().replace(/[^a-zA-Z0-9=,.@\-_]+/g, '')}`.slice(0, 64)
