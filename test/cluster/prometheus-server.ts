import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { leash } from './control-plane.ts'
import { installDebian, skipWithout } from './debian.ts'

export interface PrometheusOptions {
  /** As under `scrape_configs` of Prometheus' configuration. */
  readonly scrapeConfigs: readonly Record<string, unknown>[]
  /** As Prometheus writes times. Default `1s`. */
  readonly scrapeInterval?: string
  /** More flags for the program, such as `--web.config.file=...` or `--web.route-prefix=/prometheus`. */
  readonly flags?: readonly string[]
}

export interface PrometheusServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly dir: string
  /** The data of an instant query; `at` is in milliseconds since 1970. */
  query(text: string, at?: number): Promise<{ readonly resultType: string; readonly result: any }>
  /** The targets that are scraped now. */
  targets(): Promise<readonly { readonly labels: Record<string, string>; readonly health: string; readonly lastError: string; readonly scrapeUrl: string }[]>
  /** Takes other targets. */
  reload(scrapeConfigs: readonly Record<string, unknown>[]): Promise<void>
  stop(): Promise<void>
}

/**
 * The real Prometheus in a folder of its own, on a free port of 127.0.0.1. Takes about a second.
 * @returns undefined when it is not installed and cannot be: skip, loudly. Under CI=true that is an error.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer | undefined> {
  const program = installed() ?? (installDebian('prometheus') ? installed() : undefined)
  if (program === undefined) return skipWithout('Prometheus is not installed and could not be (apt-get install prometheus)')
  const dir = mkdtempSync(join(tmpdir(), 'pintle-prometheus-'))
  const config = join(dir, 'prometheus.yml')
  const interval = options.scrapeInterval ?? '1s'
  const configure = (scrapeConfigs: readonly Record<string, unknown>[]): void => {
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: '1h' }, scrape_configs: scrapeConfigs }))
  }
  configure(options.scrapeConfigs)
  const server = spawn('sh', ['-c', leash, 'sh', program,
    `--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'data')}`, '--web.listen-address=127.0.0.1:0', '--web.enable-lifecycle', '--web.enable-remote-write-receiver', ...options.flags ?? [],
  ], { cwd: dir, stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, GOMAXPROCS: '1' } })
  server.stdin.on('error', () => {})
  let log = ''
  let port: number | undefined
  server.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-8000)
    // The port was left to the system: the log tells it.
    port ??= Number(/msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(log)?.[1] ?? Number.NaN) || undefined
  })
  const ended = new Promise<void>(resolve => { server.once('exit', () => { resolve() }) })
  const stop = async (): Promise<void> => {
    server.stdin.destroy()
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  const url = (): string => `http://127.0.0.1:${port}`
  // Behind a password or a prefix it does not say whether it is ready: it listens.
  const ready = async (): Promise<boolean> => port !== undefined && (await fetch(`${url()}/-/ready`).then(({ ok, status }) => ok || status === 401 || status === 404, () => false))
  for (const end = Date.now() + 60_000; !await ready(); await sleep(50)) {
    if (server.exitCode === null && Date.now() < end) continue
    await stop()
    throw new Error(`Prometheus did not start:\n${log}`)
  }
  const ask = async (path: string): Promise<any> => {
    const response = await fetch(`${url()}${path}`)
    const answer = await response.json() as { status: string; data: unknown; error?: string }
    if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error}`)
    return answer.data
  }
  return {
    url: url(), port: port!, dir, stop,
    query: (text, at) => ask(`/api/v1/query?${new URLSearchParams({ query: text, ...(at === undefined ? {} : { time: String(at / 1000) }) })}`),
    targets: async () => (await ask('/api/v1/targets?state=active')).activeTargets,
    async reload(scrapeConfigs) {
      configure(scrapeConfigs)
      const response = await fetch(`${url()}/-/reload`, { method: 'POST' })
      if (!response.ok) throw new Error(`Prometheus does not take the targets: ${await response.text()}`)
    },
  }
}

function installed(): string | undefined {
  return (process.env.PATH ?? '').split(':').map(folder => join(folder, 'prometheus')).find(path => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
