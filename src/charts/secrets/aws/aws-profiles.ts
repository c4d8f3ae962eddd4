import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'

type Fields = ReadonlyMap<string, string>

/** The shared files of AWS: profiles, sessions of SSO and services with their endpoints, each under its name. */
export interface AwsProfiles {
  readonly profiles: ReadonlyMap<string, Fields>
  readonly sessions: ReadonlyMap<string, Fields>
  readonly services: ReadonlyMap<string, Fields>
}

/** Far more than anybody's file has. */
const maxFile = 4 << 20

/**
 * Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/config and credentials; what the latter says of a profile wins. A file that is not there has nothing.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function readAwsProfiles(env: Readonly<Record<string, string | undefined>>): AwsProfiles {
  const folder = join(env.HOME || homedir(), '.aws')
  const found = { profiles: new Map<string, Map<string, string>>(), sessions: new Map<string, Map<string, string>>(), services: new Map<string, Map<string, string>>() }
  for (const [path, isConfig] of [[env.AWS_CONFIG_FILE || join(folder, 'config'), true], [env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'), false]] as const) {
    for (const [header, fields] of sections(read(path))) {
      const [, kind = '', name = ''] = /^(?:(profile|sso-session|services)\s+)?(.+)$/.exec(header) ?? []
      const into = kind === 'sso-session' ? found.sessions : kind === 'services' ? found.services : found.profiles
      // In the config file only the default profile goes without the word.
      if (kind === '' && isConfig && name !== 'default') continue
      into.set(name, new Map([...(into.get(name) ?? []), ...fields]))
    }
  }
  return found
}

function read(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    return text.length > maxFile ? '' : text
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new PintleError('secrets.key', `${path} cannot be read: ${code ?? 'unknown'}`)
  }
}

/** Names are lower case; lines that begin with blanks belong to the name before them and become `name.sub`. */
function sections(text: string): [string, Map<string, string>][] {
  const found: [string, Map<string, string>][] = []
  let parent = ''
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const header = /^\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) {
      found.push([header.replace(/["']/g, ''), new Map()])
      continue
    }
    const [, indent, name, value] = /^(\s*)([^=]+?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined || found.length === 0) continue
    const key = name.toLowerCase()
    if (indent === '') parent = key
    found.at(-1)![1].set(indent === '' ? key : `${parent}.${key}`, value!.replace(/\s[#;].*$/, ''))
  }
  return found
}
