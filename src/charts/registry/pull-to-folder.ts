import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, normalize } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { downloadTo, type DownloadedChart } from './download-chart.ts'
import { expandArchive } from './expand-archive.ts'
import { fetchOptions, inRepository, type ChartSource, type Target } from './locate-chart.ts'
import type { RegistryContext } from './registry-context.ts'
import { cannotWrite } from './write-atomic.ts'

export interface PullOptions {
  readonly source: ChartSource
  /** Fetch the provenance file, too; verifying it is the source's. */
  readonly provenance: boolean
  /** Folder for the archive. */
  readonly destination: string
  /** Unpack it. */
  readonly untar: boolean
  /** Where to, below the destination. */
  readonly untarFolder: string
}

/**
 * Fetches a chart into a folder, as archive or unpacked. Upstream: pkg/action/pull.go.
 * @throws PintleError chart.*, repo.*, http.*, file.write with Helm's text
 */
export async function pullToFolder(context: RegistryContext, reference: string, options: PullOptions): Promise<DownloadedChart> {
  const { source, destination, untar } = options
  const temporary = untar ? mkdtempSync(join(tmpdir(), 'helm-')) : undefined
  try {
    // Helm sends the credentials of --repo wherever the index leads; here they stay with their server, as when a chart is installed.
    const target: Target = source.repo === '' ? { reference, fetch: fetchOptions(source) } : await inRepository(context, reference, source.version, source)
    const chart = await downloadTo(context, target.reference, source.version, temporary ?? destination, {
      fetch: target.fetch, keyring: source.keyring, provenance: source.verify ? 'verify' : options.provenance ? 'fetch' : 'ignore', expected: target.entry?.digest ?? '',
    })
    const { verification } = chart
    if (verification !== undefined) {
      for (const name of verification.signedBy) context.say(`Signed by: ${name}`)
      context.say(`Using Key With Fingerprint: ${verification.fingerprint}`)
      context.say(`Chart Hash Verified: ${verification.fileHash}`)
    }
    if (untar) unpack(reference, chart.path, options)
    return chart
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
  }
}

function unpack(reference: string, archive: string, { destination, untarFolder }: PullOptions): void {
  const folder = isAbsolute(untarFolder) ? untarFolder : join(destination, untarFolder)
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  // Named after the reference, not the chart: for a URL Helm leaves an empty folder of that name behind.
  const check = normalize(folder) === '.' ? name : join(folder, name)
  if (existsSync(check)) throw new PintleError('file.write', `failed to untar: a file or directory with the name ${check} already exists`)
  try {
    mkdirSync(check, { recursive: true })
  } catch (error) {
    throw new PintleError('file.write', `failed to untar (mkdir): ${(cannotWrite(error, check) as Error).message}`, { cause: error })
  }
  expandArchive(readFileSync(archive), folder)
}
