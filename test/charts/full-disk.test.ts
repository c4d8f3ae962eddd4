import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { archiveOf, indexOf, writeFiles } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'

/** A disk of 64 KiB, in a namespace of its own. */
const canMount = process.platform === 'linux' && spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt']).status === 0
if (!canMount) process.stderr.write('SKIPPED: a full disk cannot be made here, which takes unshare and tmpfs\n')

describe.skipIf(!canMount)('a full disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'pintle-full-'))
  const disk = join(root, 'disk')
  const program = join(root, 'helm')
  let server: ChartServer

  beforeAll(async () => {
    server = await ChartServer.start()
    const noise = Array.from({ length: 6000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36)).join('\n')
    const bytes = archiveOf('large', '1.0.0', '', { 'files/noise.txt': noise.repeat(3) })
    expect(bytes.length).toBeGreaterThan(32 << 10)
    server.files.set('/large-1.0.0.tgz', bytes)
    server.files.set('/index.yaml', indexOf([{ name: 'large', version: '1.0.0', bytes }, ...Array.from({ length: 500 }, (_, i) => ({ name: `c${i}`, version: '1.0.0' }))]))
    mkdirSync(disk)
    mkdirSync(join(root, 'home'))
    symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), program)
  })
  afterAll(async () => {
    await server?.close()
    rmSync(root, { recursive: true, force: true })
  })

  /** Runs commands of a shell on the disk, where `helm` is Pintle, and lists what is left on it. */
  async function run(script: string): Promise<{ said: string; left: string[] }> {
    const child = spawn('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=64k tmpfs ${disk}; cd ${disk}; ${script}; echo ===; find . -type f | sort`], {
      env: { ...process.env, HOME: join(root, 'home'), PATH: `${root}:${process.env.PATH}`, HELM_REPOSITORY_CONFIG: join(disk, 'config.yaml') }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (d: Buffer) => { said += d.toString() })
    await new Promise((done) => child.on('close', done))
    const [text, left] = said.split('===\n') as [string, string]
    return { said: text, left: left.split('\n').filter((l) => l.startsWith('./')) }
  }

  test('an index that has no room leaves the old one', async () => {
    const { said, left } = await run(`mkdir -p cache; echo old > cache/r-index.yaml; helm repo add r ${server.url} --repository-cache ${disk}/cache; cat cache/r-index.yaml`)
    expect(said).toContain('/cache/r-index.yaml: no space left on device\n')
    expect(said).toMatch(/^old$/m)
    expect(left.filter((f) => f.startsWith('./cache/') && !f.endsWith('-charts.txt'))).toEqual(['./cache/r-index.yaml'])
    expect(said).not.toContain('has been added')
  })

  test('a chart that has no room leaves nothing', async () => {
    const { said, left } = await run(`dd if=/dev/zero of=filler bs=1k count=40 2>/dev/null; helm pull ${server.url}/large-1.0.0.tgz; helm template x ${server.url}/large-1.0.0.tgz --content-cache ${disk}/content`)
    expect(said.match(/: no space left on device$/gm)).toHaveLength(2)
    expect(left).toEqual(['./filler'])
  })

  test('dependencies that have no room leave charts/ and the lock as they were', async () => {
    writeFiles(join(root, 'app'), { 'Chart.yaml': `apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- { name: large, version: "*", repository: ${server.url} }\n`, 'charts/old-1.0.0.tgz': archiveOf('old', '1.0.0') })
    const { said, left } = await run(`cp -r ${root}/app .; dd if=/dev/zero of=filler bs=1k count=40 2>/dev/null; helm dependency update app --repository-cache ${root}/cache`)
    expect(said).toContain('Save error occurred:  could not download')
    expect(said).toContain('no space left on device')
    expect(left).toEqual(['./app/Chart.yaml', './app/charts/old-1.0.0.tgz', './filler'])
  })
})
