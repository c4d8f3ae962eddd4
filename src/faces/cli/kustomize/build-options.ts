import type { BuildOptions, HelmSettings } from '../../../delivery/kustomize/index.ts'
import type { CommandContext, HelmProgram } from '../command.ts'
import { KustomizeRemote } from './remote.ts'

/**
 * Runs something with all that a build in a command can use: the network, warnings on standard error, and Helm in this process.
 * @param helm how charts of helmCharts are rendered; undefined refuses them
 */
export async function withKustomize<T>(context: CommandContext, helm: Omit<HelmSettings, 'run'> | undefined, run: (options: BuildOptions) => Promise<T>): Promise<T> {
  const { out, signal } = context
  const remote = new KustomizeRemote()
  let program: Promise<HelmProgram> | undefined
  const settings: HelmSettings | undefined = helm && context.helm && {
    ...helm,
    run: async (args, files, stop) => (await (program ??= context.helm!())).run(args, { files, ...(stop && { signal: stop }) }),
  }
  try {
    return await run({ remote, signal, warn: (line) => out.note(line), ...(settings && { helm: settings }) })
  } finally {
    await remote.close()
    await (await program)?.close()
  }
}
