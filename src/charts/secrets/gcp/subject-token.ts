import { PintleError } from '../../../errors/index.ts'
import { readCredentialFile } from '../credential-file.ts'
import { textOf, type KeyService } from '../key-service.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * What somebody else says of who this is: in a file or at a URL, as text or in JSON. Programs, certificates and AWS' signatures are not supported.
 * Source: https://google.aip.dev/auth/4117
 * @throws PintleError secrets.key
 */
export async function subjectToken(http: KeyService, source: Fields): Promise<string> {
  const text = await contentOf(http, source)
  const { type, subject_token_field_name: field } = (source.format ?? {}) as Fields
  if (type !== 'json') return text.trim()
  try {
    const found = (JSON.parse(text) as Fields)[textOf(field)]
    if (typeof found === 'string' && found !== '') return found
  } catch {
    // JSON.parse quotes what it read.
  }
  throw new PintleError('secrets.key', 'the token of the external account is not where its format says')
}

async function contentOf(http: KeyService, source: Fields): Promise<string> {
  if (typeof source.file === 'string') return readCredentialFile(source.file)
  if (typeof source.url !== 'string' || source.environment_id !== undefined) throw new PintleError('secrets.key', 'external accounts of Google are supported with a token of a file or a URL')
  const headers = Object.fromEntries(Object.entries((source.headers ?? {}) as Fields).map(([name, value]) => [name, textOf(value)]))
  http.conceal(...Object.values(headers))
  const { status, text } = await http.send({ url: source.url, headers })
  if (status !== 200) throw new PintleError('secrets.key', `the token of the external account was refused: HTTP ${status}`)
  return text
}
