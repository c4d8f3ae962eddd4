import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { archiveOf, indexOf } from '../test/charts/chart-files.ts'
import { bigIndex } from './big-index.ts'
import { median, table } from './numbers.ts'

interface Case { readonly name: string; readonly args: readonly string[]; /** Before each run. */ readonly before?: (home: string) => void }

/**
 * Repositories and dependencies beside the real Helm, wall time of the process: an umbrella chart of 30 dependencies out of three repositories of a thousand versions each, and an index of
 * 50,000 versions (44 MB).
 */
export async function repositories(helm: string, runs: number) {
  const pintle = resolve(import.meta.dirname, '../bin/pintle.js')
  const root = mkdtempSync(join(tmpdir(), 'pintle-bench-'))
  const files = new Map<string, Uint8Array | string>()
  const server = createServer((request, response) => {
    const found = files.get(request.url!)
    const etag = `"${found?.length}"`
    if (found !== undefined && request.headers['if-none-match'] === etag) response.writeHead(304, { etag })
    else response.writeHead(found === undefined ? 404 : 200, { etag })
    response.end(response.statusCode === 200 ? found : '')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const big = bigIndex(500, 100, `${url}/big`)
  files.set('/big/index.yaml', big)
  const names = Array.from({ length: 30 }, (_, i) => `service-${i}`)
  for (const [r, repo] of ['a', 'b', 'c'].entries()) {
    const charts = names.filter((_, i) => i % 3 === r).flatMap((name) => ['1.0.0', '1.1.0', '1.2.0'].map((version) => ({ name, version, bytes: archiveOf(name, version) })))
    for (const { name, version, bytes } of charts) files.set(`/${repo}/${name}-${version}.tgz`, bytes)
    // Among a thousand versions of other charts, as in a repository of the world.
    const own = /entries:\n([\s\S]*)generated:/.exec(indexOf(charts))![1]!
    files.set(`/${repo}/index.yaml`, bigIndex(20, 50, url).replace(/^generated:/m, `${own}generated:`))
  }
  const chart = `apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n${names.map((name, i) => `- { name: ${name}, version: ^1.0.0, repository: "${url}/${'abc'[i % 3]}" }\n`).join('')}`

  const run = (command: string, args: readonly string[], home: string): Promise<number> => new Promise((done, fail) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, HOME: home, HELM_REPOSITORY_CONFIG: undefined, HELM_CACHE_HOME: undefined, XDG_CACHE_HOME: undefined }
    const began = performance.now()
    const child = spawn(command, args, { cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (d: Buffer) => { said += d.toString() })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done(performance.now() - began) : fail(new Error(`${args.join(' ')}: ${said}`))))
  })
  const tools = { helm: [helm], pintle: [process.execPath, pintle] } as const
  const time = (tool: keyof typeof tools, args: readonly string[]): Promise<number> => run(tools[tool][0], [...tools[tool].slice(1), ...args], join(root, tool))

  try {
    for (const tool of ['helm', 'pintle'] as const) {
      const home = join(root, tool)
      mkdirSync(join(home, 'umbrella'), { recursive: true })
      writeFileSync(join(home, 'umbrella/Chart.yaml'), chart)
      for (const repo of ['a', 'b', 'c']) await time(tool, ['repo', 'add', repo, `${url}/${repo}`])
      await time(tool, ['dependency', 'update', 'umbrella'])
    }
    const rows: { name: string; helm: number; pintle: number; ratio: number }[] = []
    const measure = async ({ name, args, before }: Case): Promise<void> => {
      const times = { helm: [] as number[], pintle: [] as number[] }
      for (let i = -1; i < runs; i++) {
        for (const tool of ['helm', 'pintle'] as const) {
          before?.(join(root, tool))
          const took = await time(tool, args)
          // The first run warms caches.
          if (i >= 0) times[tool].push(took)
        }
      }
      rows.push({ name, helm: median(times.helm), pintle: median(times.pintle), ratio: median(times.pintle.map((t, i) => t / times.helm[i]!)) })
    }
    const empty = (home: string): void => rmSync(join(home, 'umbrella/charts'), { recursive: true, force: true })
    await measure({ name: 'dependency build, 30 dependencies', args: ['dependency', 'build', 'umbrella'], before: empty })
    await measure({ name: 'dependency update, 30 dependencies', args: ['dependency', 'update', 'umbrella'], before: empty })
    for (const tool of ['helm', 'pintle'] as const) await time(tool, ['repo', 'add', 'big', `${url}/big`])
    await measure({ name: 'search repo, 50,000 versions', args: ['search', 'repo', 'gateway'] })
    await measure({ name: 'search repo, all of 50,000', args: ['search', 'repo', '-l'] })
    await measure({ name: 'repo update, 44 MB, unchanged', args: ['repo', 'update', 'big'] })
    let version = 0
    await measure({ name: 'repo update, 44 MB, changed', args: ['repo', 'update', 'big'], before: () => void files.set('/big/index.yaml', `${big}#${'.'.repeat(version++)}\n`) })
    console.log('\nrepositories and dependencies, median wall ms (ratio: Pintle / Helm; bar: below 1)')
    console.log(table(rows.map((r) => [r.name, r.helm.toFixed(0), r.pintle.toFixed(0), r.ratio.toFixed(2)])))
    return { rows }
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(root, { recursive: true, force: true })
  }
}
