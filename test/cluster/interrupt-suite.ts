/**
 * Ctrl-C and SIGTERM in each phase of the built CLI: the command says where the release stands, leaves no Lease, ends as Helm does, and
 * both tools go on from there. Real Helm, where there is one, is interrupted beside it.
 */
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { folder, runCli, startCli, type CliResult, type RunningCli } from '../cli/run-cli.ts'

export interface InterruptGround {
  readonly cluster: Cluster
  readonly kubeconfig: string
  /** The real Helm 4; its side of a comparison is left out where the cluster is simulated. */
  readonly helm?: string
  stop(): Promise<void>
}

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'n: 1\nmaps: 2\nhook: ""\npolicy: before-hook-creation\nimage: ""\nfinalizer: false\n',
  'web/templates/maps.yaml': [
    '{{- range until (int .Values.maps) }}', '---', 'apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: m{{ . }}', '  {{- if $.Values.finalizer }}', '  finalizers: [pintle.dev/test]', '  {{- end }}',
    'data: { n: {{ $.Values.n | quote }} }', '{{- end }}', '',
  ].join('\n'),
  'web/templates/app.yaml': [
    '{{- with .Values.image }}', 'apiVersion: apps/v1', 'kind: Deployment', 'metadata: { name: app }', 'spec:', '  selector: { matchLabels: { app: app } }', '  template:',
    '    metadata: { labels: { app: app } }', '    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: main, image: {{ . }} }] }', '{{- end }}', '',
  ].join('\n'),
  'web/templates/hook.yaml': [
    '{{- with .Values.hook }}', 'apiVersion: batch/v1', 'kind: Job', 'metadata:', '  name: migrate', '  annotations: { helm.sh/hook: {{ . | quote }}, helm.sh/hook-delete-policy: {{ $.Values.policy | quote }} }',
    'spec:', '  backoffLimit: 0', '  template: { spec: { restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{ name: main, image: "example.com/slow:1" }] } }', '{{- end }}', '',
  ].join('\n'),
}

type Revision = { revision: number; status: string; description: string }

export function interruptSuite(name: string, open: () => Promise<InterruptGround>, { besideHelm }: { besideHelm: boolean }): void {
  describe(name, { timeout: 60_000 }, () => {
    let ground: InterruptGround
    let dir: ReturnType<typeof folder>
    let link: string
    let silent: Server
    /** An address where somebody listens and never answers. */
    let deaf: string
    let count = 0
    beforeAll(async () => {
      ground = await open()
      dir = folder(chart)
      silent = createServer().listen(0, '127.0.0.1')
      await once(silent, 'listening')
      deaf = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
      link = join(mkdtempSync(join(tmpdir(), 'pintle-link-')), 'helm')
      symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), link)
    }, 600_000)
    afterAll(async () => {
      await ground.stop()
      silent.close()
      dir.remove()
      rmSync(resolve(link, '..'), { recursive: true })
    })

    /** A namespace of its own, and command lines in it. */
    async function place() {
      const { cluster, kubeconfig, helm } = ground
      const ns = `int-${++count}`
      await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } })
      const options = { cwd: dir.path, env: { KUBECONFIG: kubeconfig, HELM_NAMESPACE: ns } }
      const linked = [process.execPath, link]
      return {
        ns,
        start: (...args: string[]) => startCli(args, options),
        run: (...args: string[]) => runCli(args, options),
        startLinked: (...args: string[]) => startCli(args, { ...options, program: linked }),
        startHelm: (...args: string[]) => startCli(args, { ...options, program: [helm!] }),
        runHelm: (...args: string[]) => runCli(args, { ...options, program: [helm!] }),
        history: async (): Promise<string[]> => {
          const { out } = await runCli(['history', 'web', '-o', 'json'], options)
          return (JSON.parse(out || '[]') as Revision[]).map((r) => `${r.revision} ${r.status}: ${r.description}`)
        },
        lease: () => cluster.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: ns, name: 'pintle.web' }),
        exists: async (kind: string, object: string, apiVersion = 'v1') => (await cluster.get({ apiVersion, kind, namespace: ns, name: object })) !== undefined,
      }
    }
    type Place = Awaited<ReturnType<typeof place>>

    /** Interrupts once `ready`, and checks what every interrupted command has in common. */
    async function interrupted(at: Place, command: RunningCli, ready: () => Promise<unknown>, signal: NodeJS.Signals = 'SIGINT'): Promise<CliResult> {
      await ready()
      const from = Date.now()
      command.kill(signal)
      const result = await command.ended
      expect(Date.now() - from, 'it ends soon').toBeLessThan(5000)
      expect(await at.lease(), 'it leaves no Lease').toBeUndefined()
      return result
    }
    const jobRuns = (at: Place) => async () => { while (!await at.exists('Job', 'migrate', 'batch/v1')) await sleep(30) }

    it('before anything: nothing is stored', async () => {
      const at = await place()
      const command = at.start('install', 'web', 'web', '--kube-apiserver', deaf)
      const { code, err } = await interrupted(at, command, () => once(silent, 'connection'))
      expect(code).toBe(1)
      expect(err).toMatch(/^Error: (INSTALLATION FAILED: )?context canceled$/m)
      expect(await at.history()).toEqual([])
    })

    it('while it renders, which may block: the process ends', async () => {
      const at = await place()
      const marker = join(dir.path, `rendering-${count}`)
      const command = at.start('install', 'web', 'web', '--post-renderer', 'sh', '--post-renderer-args=-c', '--post-renderer-args', `touch ${marker}; exec sleep 3`)
      while (!existsSync(marker)) await sleep(30)
      command.kill('SIGINT')
      expect(await command.ended).toMatchObject({ out: '', signal: 'SIGINT' })
      expect(await at.history()).toEqual([])
    })

    it('install, in a hook', async () => {
      const at = await place()
      const command = at.start('install', 'web', 'web', '--set', 'hook=pre-install')
      const { code, out, err } = await interrupted(at, command, jobRuns(at))
      expect([code, out]).toEqual([1, 'Release web has been cancelled.\n'])
      expect(err).toMatch(/^Error: INSTALLATION FAILED: context canceled$/m)
      expect(err).toContain('hint: Revision 1 of web is stored as failed; none of its objects was created. `pintle upgrade web CHART` goes on from here, `pintle uninstall web` removes it. The hook Job/migrate may still run.')
      expect(await at.history()).toEqual(['1 failed: Release "web" failed: context canceled'])
      expect((await at.run('upgrade', 'web', 'web')).code).toBe(0)
    })

    it('a hook that is to go when it fails goes when it is cancelled', async () => {
      const at = await place()
      const command = at.start('install', 'web', 'web', '--set', 'hook=pre-install,policy=hook-failed')
      const { err } = await interrupted(at, command, jobRuns(at), 'SIGTERM')
      expect(err).not.toContain('may still run')
      for (let i = 0; i < 100 && await at.exists('Job', 'migrate', 'batch/v1'); i++) await sleep(50)
      expect(await at.exists('Job', 'migrate', 'batch/v1')).toBe(false)
    })

    it('upgrade, while it writes objects', async () => {
      const at = await place()
      await at.run('install', 'web', 'web')
      const command = at.start('upgrade', 'web', 'web', '--set', 'n=2,maps=60', '--qps', '15', '--burst-limit', '1', '--progress', 'json')
      const { code, out, err } = await interrupted(at, command, () => command.said(/"type":"object"[^\n]*\n[^]*"type":"object"/), 'SIGTERM')
      expect([code, out]).toEqual([1, 'Release web has been cancelled.\n'])
      expect(err).toContain('hint: Revision 2 of web is stored as failed; some objects may be written already, and revision 1 is still the deployed one. `pintle upgrade web CHART` goes on from here, `pintle rollback web 1` goes back.')
      expect(await at.history()).toEqual(['1 deployed: Install complete', '2 failed: Upgrade "web" failed: context canceled'])
      const { items } = await ground.cluster.list('v1', 'ConfigMap', { namespace: at.ns })
      expect(items.length, 'it was in the middle').toBeLessThan(60)
      const next = ground.helm === undefined ? await at.run('upgrade', 'web', 'web', '--set', 'n=3') : await at.runHelm('upgrade', 'web', 'web', '--set', 'n=3')
      expect(next.code, next.err).toBe(0)
      expect((await at.history()).at(-1)).toMatch(/^3 deployed/)
    })

    it('upgrade, while it waits', async () => {
      const at = await place()
      await at.run('install', 'web', 'web')
      const command = at.start('upgrade', 'web', 'web', '--set', 'image=example.com/slow:1', '--wait')
      const { code, err } = await interrupted(at, command, () => command.said(/waiting on/))
      expect(code).toBe(1)
      expect(err).toMatch(/^Error: UPGRADE FAILED: context canceled$/m)
      expect((await at.run('upgrade', 'web', 'web', '--set', 'image=example.com/app:1', '--wait')).code).toBe(0)
    })

    it('rollback: as if the signal had ended it, and not left pending', async () => {
      const at = await place()
      await at.run('install', 'web', 'web', '--set', 'hook=pre-rollback')
      await at.run('upgrade', 'web', 'web', '--set', 'n=2')
      const command = at.start('rollback', 'web', '1')
      const { code, err } = await interrupted(at, command, jobRuns(at))
      expect(code).toBe(130)
      expect(err).toContain('hint: Revision 3 of web, the rollback to 1, is stored as failed; some objects may be written already. `pintle rollback web 1` does it again, `pintle upgrade web CHART` goes forward. The hook Job/migrate may still run.')
      expect(await at.history()).toEqual(['1 superseded: Install complete', '2 deployed: Upgrade complete', '3 failed: Rollback "web" failed: context canceled'])
      const next = ground.helm === undefined ? await at.run('rollback', 'web', '2') : await at.runHelm('rollback', 'web', '2')
      expect(next.code, next.err).toBe(0)
    })

    it('uninstall: before anything is gone, and while the objects go', async () => {
      const at = await place()
      await at.run('install', 'web', 'web', '--set', 'hook=pre-delete')
      const first = await interrupted(at, at.start('uninstall', 'web'), jobRuns(at), 'SIGTERM')
      expect(first.code).toBe(143)
      expect(await at.exists('ConfigMap', 'm0')).toBe(true)
      await at.run('uninstall', 'web', '--no-hooks')
      await at.run('install', 'web', 'web', '--set', 'finalizer=true')
      const command = at.start('uninstall', 'web', '--wait')
      const second = await interrupted(at, command, () => command.said(/waiting on/))
      expect(second.code).toBe(130)
      expect(second.err).toContain('hint: web is stored as uninstalling; some of its objects may be gone. `pintle uninstall web` goes on from here.')
      expect(await at.history()).toEqual(['1 uninstalling: Deletion in progress (or silently failed)'])
      for (const m of ['m0', 'm1']) await ground.cluster.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: at.ns, name: m }, 'merge', { metadata: { finalizers: null } })
      const next = ground.helm === undefined ? await at.run('uninstall', 'web') : await at.runHelm('uninstall', 'web')
      expect(next.code, next.err).toBe(0)
      expect(await at.history()).toEqual([])
    })

    it('with rollback-on-failure it goes back first; a second signal ends it at once', async () => {
      const at = await place()
      await at.run('install', 'web', 'web', '--set', 'image=example.com/app:1', '--wait')
      const back = at.start('upgrade', 'web', 'web', '--set', 'image=example.com/slow:1', '--rollback-on-failure')
      const { code, err } = await interrupted(at, back, () => back.said(/waiting on/))
      expect(code).toBe(1)
      expect(err).toMatch(/^Error: UPGRADE FAILED: release web failed, and has been rolled back due to rollback-on-failure being set: context canceled$/m)
      expect((await at.history()).at(-1)).toBe('3 deployed: Rollback to 1')

      await at.run('upgrade', 'web', 'web', '--set', 'image=example.com/slow:1')
      const stuck = at.start('upgrade', 'web', 'web', '--set', 'image=example.com/slow:2', '--rollback-on-failure')
      await stuck.said(/waiting on/)
      stuck.kill('SIGINT')
      await stuck.said(/rolling back/)
      while (!(await at.history()).at(-1)!.startsWith('6 ')) await sleep(50)
      stuck.kill('SIGTERM')
      expect(await stuck.ended).toMatchObject({ code: -1, signal: 'SIGTERM' })
      expect((await at.history()).at(-1)).toMatch(/^6 pending-rollback/)
      if (ground.helm !== undefined) {
        // Helm sees a pending record and nothing else.
        expect((await at.runHelm('upgrade', 'web', 'web')).err).toContain('another operation (install/upgrade/rollback) is in progress')
        await at.run('repair', 'web')
        const next = await at.runHelm('upgrade', 'web', 'web')
        expect(next.code, next.err).toBe(0)
      } else expect((await at.run('upgrade', 'web', 'web')).code).toBe(0)
    })

    it('reading commands end at once', async () => {
      const at = await place()
      const command = at.start('list', '--kube-apiserver', deaf)
      await once(silent, 'connection')
      command.kill('SIGINT')
      expect(await command.ended).toMatchObject({ out: '', err: '', signal: 'SIGINT' })
    })

    if (besideHelm) it.each([['install', 'pre-install'], ['upgrade', 'pre-upgrade']])('%s through the link says and stores what helm does', async (verb, event) => {
      const results = []
      for (const start of ['startHelm', 'startLinked'] as const) {
        const at = await place()
        if (verb === 'upgrade') await at.run('install', 'web', 'web')
        const { code, out, err } = await interrupted(at, at[start](verb, 'web', 'web', '--set', `hook=${event}`), jobRuns(at))
        results.push({ code, out, err: err.split('\n').filter((l) => !l.startsWith('level=')).join('\n'), history: await at.history() })
      }
      expect(results[1]).toEqual(results[0])
      expect(results[0]).toMatchObject({ code: 1, out: 'Release web has been cancelled.\n' })
    })
  })
}
