import type { LoadedState } from '../../../delivery/helmfile/index.ts'
import type { ChartWork } from './chart-work.ts'
import type { HelmfileContext } from './verb.ts'

/** The hooks of a whole file, for verbs that prepare no charts: what runs them is loaded where there are any. */
export class GlobalHooks {
  readonly #context: HelmfileContext
  #work: ChartWork | undefined
  /** Programs of hooks run in the state's folder, which is the process's by then. */
  readonly #cwd = process.cwd()
  constructor(context: HelmfileContext) {
    this.#context = context
  }

  /** Runs the hooks of `prepare`, then `work`, then those of `cleanup`, which know the failure. Source: WithPreparedCharts in pkg/app/run.go. */
  async around(state: LoadedState, command: string, work: () => void | Promise<void>): Promise<void> {
    if (state.spec.hooks.length === 0) return await work()
    const { ChartWork: Work } = await import('./chart-work.ts')
    const on = (this.#work ??= new Work(this.#context)).on(state)
    await on.hooks({ name: 'prepare', command })
    let failure: unknown
    try {
      await work()
    } catch (error) {
      failure = error
    }
    try {
      await on.hooks({ name: 'cleanup', command, ...(failure === undefined ? {} : { error: failure as Error }) })
    } catch (error) {
      failure ??= error
    }
    if (failure !== undefined) throw failure
  }

  async close(): Promise<void> {
    if (process.cwd() !== this.#cwd) process.chdir(this.#cwd)
    await this.#work?.close()
  }
}
