import { PintleError, isPintleError } from '../../errors/index.ts'
import { readTls, type TlsFiles } from '../../charts/http/index.ts'
import { locateChart, type ChartSource, type LocatedChart } from '../../charts/registry/index.ts'
import type { CommandContext } from './command.ts'
import { defaultKeyring } from './default-keyring.ts'
import type { Flags } from './flags.ts'
import { withRegistry } from './registry-session.ts'

/** Finds a chart that is not just a path. */
export async function locateRemote(reference: string, context: Pick<CommandContext, 'flags' | 'settings' | 'out' | 'signal'>, options: { command?: 'template'; version?: string } = {}): Promise<LocatedChart> {
  // Helm's template tells what it pulls on standard error, install and upgrade among their results.
  const say = context.out.plain && options.command !== 'template' ? (line: string) => context.out.line(line) : (line: string) => context.out.note(line)
  return withRegistry(context, { say }, (registry) => locateChart(registry, reference, { ...chartSource(context.flags), ...(options.version === undefined ? {} : { version: options.version }) }))
}

/** What the fetch flags say. Files they name are looked at first, as Helm does, whatever is fetched. */
export function chartSource(flags: Flags): ChartSource {
  const text = (name: string): string => (flags.has(name) ? flags.string(name) : '')
  const truth = (name: string): boolean => flags.has(name) && flags.bool(name)
  const version = text('version')
  const files = { caFile: text('ca-file'), certFile: text('cert-file'), keyFile: text('key-file'), insecureSkipTlsVerify: truth('insecure-skip-tls-verify') }
  checkFiles(files)
  return {
    version: version === '' && truth('devel') ? '>0.0.0-0' : version,
    repo: text('repo'), verify: truth('verify'), keyring: text('keyring') || defaultKeyring(),
    username: text('username'), password: text('password'), passCredentials: truth('pass-credentials'),
    ...files, plainHttp: truth('plain-http'),
  }
}

/** Upstream: newRegistryClient in pkg/cmd/root.go. */
function checkFiles(files: TlsFiles): void {
  if (files.caFile === '' && (files.certFile === '' || files.keyFile === '')) return
  try {
    readTls(files)
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw new PintleError(error.code, `missing registry client: ${error.message}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
  }
}
