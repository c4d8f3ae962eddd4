import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { checkDependencies, goFsError, loadChart, saveChart } from '../../../charts/chart/index.ts'
import { parseVersion } from '../../../language/semver/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage } from '../flags.ts'
import { helmLog } from '../helm-log.ts'
import { defaultKeyring } from '../default-keyring.ts'
import { Output } from '../output.ts'
import { sourceDateEpoch } from '../source-date-epoch.ts'

/** `pintle package`: writes charts as archives, signed on request. Upstream: pkg/cmd/package.go, pkg/action/package.go. */
export const packageChart: Command = {
  use: 'package [CHART_PATH] [...] [flags]',
  long: `Packs chart folders into archives NAME-VERSION.tgz, which repositories and registries keep and every Helm installs.

With --sign a signed provenance file is written beside each. With SOURCE_DATE_EPOCH in the environment, the same chart gives
the same archive, byte for byte.`,
  examples: `pintle package ./charts/shop -d dist
pintle package ./charts/shop --sign --key 'Jo Doe' --keyring ~/.gnupg/secring.gpg`,
  flags: [
    { name: 'sign', type: 'bool', usage: 'sign the package with a PGP key' },
    { name: 'key', type: 'string', usage: 'name of the key, or a part of it that no other key has' },
    { name: 'keyring', type: 'string', default: '', usage: "file of keys (default: GnuPG's own)" },
    { name: 'passphrase-file', type: 'string', usage: "file whose first line is the key's passphrase, or - for standard input" },
    { name: 'version', type: 'string', usage: 'version the packaged chart gets' },
    { name: 'app-version', type: 'string', usage: 'appVersion the packaged chart gets' },
    { name: 'destination', short: 'd', type: 'string', default: '.', usage: 'folder to write to' },
    { name: 'dependency-update', short: 'u', type: 'bool', usage: 'bring charts/ up to date with Chart.yaml first' },
    { name: 'username', type: 'string', usage: "user's name for the repositories of dependencies" },
    { name: 'password', type: 'string', usage: 'password for them' },
    { name: 'cert-file', type: 'string', usage: 'client certificate for them' },
    { name: 'key-file', type: 'string', usage: 'key of the client certificate' },
    { name: 'insecure-skip-tls-verify', type: 'bool', usage: 'do not check their certificates' },
    { name: 'plain-http', type: 'bool', usage: 'fetch dependencies over plain HTTP' },
    { name: 'ca-file', type: 'string', usage: 'certificate authority of their certificates' },
  ],
  async run(context) {
    const { args, flags, out, signal } = context
    if (args.length === 0) throw usage('need at least one argument, the path to the chart')
    const epoch = sourceDateEpoch(process.env.SOURCE_DATE_EPOCH)
    if (flags.bool('sign')) {
      if (flags.string('key') === '') throw usage('--key is required for signing a package')
      if (keyringOf(context) === '') throw usage('--keyring is required for signing a package')
    }
    const sign = flags.bool('sign') ? (await import('../sign-archive.ts')).archiveSigner(context, keyringOf(context)) : undefined
    // Helm lets nothing be heard of the update of dependencies here.
    const unheard = new Output({ plain: out.plain, stdout: () => {}, stderr: () => {} })
    for (const arg of args) {
      try {
        statSync(arg)
      } catch (error) {
        throw new PintleError('chart.load', goFsError(error, 'stat', arg).message, { cause: error })
      }
      const path = resolve(arg)
      if (flags.bool('dependency-update')) await (await import('../dependency-update.ts')).updateChartDependencies(path, { ...context, out: unheard })
      const chart = await loadChart(path, { signal, fetchSchemas: false, folder: true, ...helmLog(out) })
      if (chart.format === 'v3') throw new PintleError('chart.load', 'invalid chart apiVersion')
      const { metadata } = chart
      if (flags.string('version') !== '') metadata.version = flags.string('version')
      try {
        parseVersion(metadata.version)
      } catch (error) {
        throw new PintleError('usage', (error as Error).message, { hint: 'A version looks like 1.2.3 or 1.2.3-rc.1.' })
      }
      if (flags.string('app-version') !== '') metadata.appVersion = flags.string('app-version')
      checkDependencies(chart)
      const destination = flags.string('destination')
      let file
      try {
        file = saveChart(chart, destination === '.' ? process.cwd() : destination, { now: Date.now(), ...(epoch === undefined ? {} : { epoch }) })
      } catch (error) {
        throw error instanceof PintleError ? new PintleError(error.code, `failed to save: ${error.message}`, { cause: error }) : error
      }
      await sign?.(file)
      out.line(`Successfully packaged chart and saved it to: ${file}`)
    }
    return 0
  },
}

function keyringOf({ flags }: CommandContext): string {
  return flags.changed('keyring') ? flags.string('keyring') : defaultKeyring()
}
