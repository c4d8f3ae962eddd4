import { existsSync, readFileSync, statSync } from 'node:fs'
import { loadChart } from '../../../charts/chart/index.ts'
import { pushChart } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { parseUrl, urlString } from '../../../language/go/index.ts'
import type { Command } from '../command.ts'
import { registryFlags } from '../flag-sets.ts'
import { withRegistryClient } from '../registry-client.ts'

/** `pintle push`. Upstream: pkg/cmd/push.go, pkg/uploader, pkg/pusher/ocipusher.go. */
export const push: Command = {
  use: 'push [chart] [remote] [flags]',
  long: `Uploads a packaged chart to a registry, together with its provenance file where there is one beside it.

The chart becomes REMOTE/NAME:VERSION, laid out as Helm does it: both give the same digest.`,
  examples: 'pintle push shop-1.2.0.tgz oci://registry.example.com/charts',
  flags: registryFlags,
  args: [2, Number.POSITIVE_INFINITY],
  completes: ['file', 'remote'],
  async run(context) {
    const { args, flags, out, signal } = context
    const [path, remote] = args as [string, string]
    await withRegistryClient(context, { plainHttp: flags.bool('plain-http'), insecure: flags.bool('insecure-skip-tls-verify'), username: flags.string('username'), password: flags.string('password') }, async (client) => {
      const target = remoteUrl(remote)
      const found = stat(path)
      if (found === undefined) throw new PintleError('chart.load', `${path}: no such file`)
      if (found.isDirectory()) throw new PintleError('chart.load', 'cannot push directory, must provide chart archive (.tgz)', { hint: 'Package it first: pintle package' })
      const { metadata } = await loadChart(path, { signal, fetchSchemas: false })
      const provenance = existsSync(`${path}.prov`) ? readFileSync(`${path}.prov`) : undefined
      await pushChart(client, readFileSync(path), target, { metadata, created: found.mtimeMs, ...(provenance && { provenance }), say: (line) => out.line(line), signal })
    })
  },
}

function remoteUrl(remote: string): string {
  let url
  try {
    url = parseUrl(remote)
  } catch (error) {
    throw new PintleError('registry.reference', `invalid chart URL format: ${remote}`, { cause: error })
  }
  if (url.scheme === '') throw new PintleError('registry.reference', 'scheme prefix missing from remote (e.g. "oci://")')
  if (url.scheme !== 'oci') throw new PintleError('registry.reference', `scheme ${JSON.stringify(url.scheme)} not supported`)
  return urlString(url)
}

function stat(path: string) {
  try {
    return statSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new PintleError('chart.load', `stat ${path}: ${code === 'EACCES' ? 'permission denied' : code === 'ENOTDIR' ? 'not a directory' : (error as Error).message}`, { cause: error })
  }
}
