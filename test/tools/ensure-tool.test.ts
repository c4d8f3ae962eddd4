import { chmodSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureTool, toolsDir } from '../../scripts/tools/index.ts'

/** A `go` that writes what it was asked into the program it should build, slowly. */
function fakeGo(script = 'sleep 0.1'): { env: NodeJS.ProcessEnv; log: string[]; tools: string } {
  const dir = mkdtempSync(join(tmpdir(), 'pintle-tools-'))
  const go = join(dir, 'go')
  writeFileSync(go, `#!/bin/sh\n[ "$1" = version ] && exit 0\n${script}\nwhile [ "$1" != -o ]; do args="$args $1"; shift; done\necho "$args $3 $CGO_ENABLED" >"$2"\n`)
  chmodSync(go, 0o755)
  return { env: { PATH: `${dir}:/usr/bin:/bin`, PINTLE_TOOLS_DIR: join(dir, 'tools') }, log: [], tools: join(dir, 'tools') }
}

test('a program is built once, with its version, and found again', async () => {
  const { env, log, tools } = fakeGo()
  const first = await ensureTool('helm', { env, log: line => log.push(line) })
  expect(first).toMatch(/\/helm-4\.3\.1-[0-9a-f]{12}\/helm$/)
  expect(readFileSync(first!, 'utf8')).toMatch(/-X helm\.sh\/helm\/v4\/internal\/version\.version=v4\.3\.1.* helm\.sh\/helm\/v4\/cmd\/helm 0\n$/)
  expect(await ensureTool('helm', { env, log: line => log.push(line) })).toBe(first)
  expect(log.map(line => line.replace(/ in \d+ s.*/, ''))).toEqual(['building helm 4.3.1 from Go sources; this takes minutes, once', 'built helm 4.3.1'])
  expect(readdirSync(tools)).toHaveLength(1)
})

test('two who ask at once build once', async () => {
  const { env, log } = fakeGo()
  const [a, b] = await Promise.all([ensureTool('etcd', { env, log: line => log.push(line) }), ensureTool('etcd', { env, log: line => log.push(line) })])
  expect(a).toBe(b)
  expect(log.filter(line => line.startsWith('building'))).toHaveLength(1)
  expect(log).toContain('waiting for another process that builds etcd')
})

test('a failed build says why and leaves nothing behind', async () => {
  const { env, tools } = fakeGo('echo "cannot find module" >&2; exit 1')
  await expect(ensureTool('etcd', { env, log: () => {} })).rejects.toThrow('go build . failed:\ncannot find module')
  expect(readdirSync(tools)).toEqual([])
})

test('without Go: nothing, loudly; an error where tests must not be skipped', async () => {
  const log: string[] = []
  const env = { PATH: '/nonexistent', PINTLE_TOOLS_DIR: mkdtempSync(join(tmpdir(), 'pintle-tools-')) }
  expect(await ensureTool('helm3', { env, log: line => log.push(line) })).toBeUndefined()
  expect(log).toEqual(['helm3 3.22.0 cannot be built: there is no Go on this machine (https://go.dev/dl); what needs it is skipped'])
  await expect(ensureTool('helm3', { env: { ...env, CI: 'true' } })).rejects.toThrow('there is no Go on this machine')
})

test('where programs live', () => {
  expect(toolsDir({ PINTLE_TOOLS_DIR: '/x' })).toBe('/x')
  expect(toolsDir({ XDG_CACHE_HOME: '/c' })).toBe('/c/pintle/tools')
  expect(toolsDir({})).toMatch(/\/\.cache\/pintle\/tools$/)
})
