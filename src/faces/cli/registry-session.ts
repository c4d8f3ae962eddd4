import { homedir } from 'node:os'
import { join } from 'node:path'
import { formatLogRecord, type LogRecord } from '../../charts/chart/index.ts'
import { HttpClient } from '../../charts/http/index.ts'
import type { OciCheck, RegistryContext, RegistryPaths } from '../../charts/registry/index.ts'
import type { CommandContext } from './command.ts'
import type { Flags } from './flags.ts'
import type { Output } from './output.ts'
import type { Settings } from './settings.ts'

/** Gives `work` what it takes to speak to repositories and registries, and closes the connections after it. */
export async function withRegistry<T>({ settings, out, signal, flags }: Pick<CommandContext, 'settings' | 'out' | 'signal'> & { readonly flags?: Flags | undefined }, options: { say?: (line: string) => void }, work: (registry: RegistryContext) => Promise<T>): Promise<T> {
  const http = new HttpClient({ env: process.env, userAgent: 'Helm/4.3.1 Pintle' })
  try {
    return await work({ paths: registryPaths(settings), http, registries: new Map(), check: flags && (await signatureCheck(flags, out)), env: process.env, signal, say: options.say ?? ((line) => out.line(line)), log: (record) => logRecord(out, settings, record) })
  } finally {
    http.close()
  }
}

/** What --key and --certificate-identity ask of every chart that is fetched. `pintle pin` looks at images, too, and does it itself. */
async function signatureCheck(flags: Flags, out: Output): Promise<OciCheck | undefined> {
  if (flags.has('signed') || !['key', 'certificate-identity', 'certificate-identity-regexp', 'trusted-root', 'certificate-oidc-issuer'].some((name) => flags.has(name) && flags.changed(name))) return undefined
  if (!flags.has('certificate-oidc-issuer')) return undefined
  const { signerOf } = await import('./signer-flags.ts')
  const signer = signerOf(flags)
  if (signer === undefined) return undefined
  const { requireSignature } = await import('../../charts/registry/index.ts')
  return async ({ name, digest, repository }, options) => {
    const { verified } = await requireSignature(repository, digest, signer, { name, ...options })
    for (const { where, identity, issuer } of verified.slice(0, 1)) out.note(`Signature verified: ${where}${identity === undefined ? '' : `, by ${identity} (${issuer})`}`)
  }
}

export const registryPaths = ({ repositoryConfig, repositoryCache, contentCache, registryConfig }: Settings, env: NodeJS.ProcessEnv = process.env): RegistryPaths =>
  ({ repositoryConfig, repositoryCache, contentCache, registryConfig, indexStates: join(env.XDG_CACHE_HOME || join(env.HOME ?? homedir(), '.cache'), 'pintle', 'indexes') })

/** What Helm logs: warnings and errors always, the rest with --debug. */
export function logRecord(out: Output, settings: Settings, record: LogRecord): void {
  if (!settings.debug && record.level !== 'warn' && record.level !== 'error') return
  if (out.plain) return out.note(formatLogRecord(record))
  const more = (record.attributes ?? []).map(([key, value]) => `${key} ${value}`).join(', ')
  out.note(`${record.level === 'warn' ? 'WARNING' : record.level.toUpperCase()}: ${record.message}${more === '' ? '' : ` (${more})`}`)
}
