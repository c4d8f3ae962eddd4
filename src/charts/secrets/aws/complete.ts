import { PintleError } from '../../../errors/index.ts'
import type { AwsCredentials } from '../../http/index.ts'

/** @throws PintleError secrets.key when something is missing */
export function complete(credentials: AwsCredentials, from: string): AwsCredentials {
  if (credentials.accessKeyId === '' || credentials.secretAccessKey === '') throw new PintleError('secrets.key', `${from} gave no credentials`)
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey }
}
