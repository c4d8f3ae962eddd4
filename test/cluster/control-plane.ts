import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { startFakeNode } from './fake-node.ts'
import type { FakeNode } from './fake-node.ts'

export interface ControlPlaneOptions {
  /** Only etcd and the API server: no controllers, no nodes. Default false. */
  apiOnly?: boolean
  /** Writes every request to `<dir>/audit.jsonl`. Default false. */
  audit?: boolean
  /** Keep the folder with the logs after `stop()`. Default false, or `PINTLE_KEEP_CONTROL_PLANE`. */
  keep?: boolean
}

export interface ControlPlane {
  readonly server: string
  /** A kubeconfig of a cluster admin; JSON, which is YAML too. Contexts: "admin", and "nobody" who may do nothing. */
  readonly kubeconfig: string
  readonly token: string
  readonly dir: string
  /** A client of the cluster admin, closed by `stop()`. */
  readonly cluster: Cluster
  /** The audit log's lines, when it was asked for. */
  requests(): { verb: string; uri: string; user: string; userAgent: string; code: number }[]
  /** Kills the API server, and starts it again after so many milliseconds; resolves when it is ready. */
  restartApiServer(down: number): Promise<void>
  /** Stops etcd in its tracks (SIGSTOP) for so many milliseconds: nothing is read or written meanwhile. */
  freezeEtcd(milliseconds: number): Promise<void>
  stop(): Promise<void>
}

/**
 * A real Kubernetes control plane on this machine: etcd, kube-apiserver, kube-controller-manager, kube-scheduler and one node on which nothing
 * runs (see fake-node.ts). Takes about five seconds.
 * @returns undefined when the programs cannot be built here: skip, loudly
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane | undefined> {
  const tools = await Promise.all((['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const).map(tool => ensureTool(tool)))
  if (tools.includes(undefined)) return undefined
  const [etcd, apiserver, controllerManager, scheduler] = tools as [string, string, string, string]

  const dir = mkdtempSync(join(tmpdir(), 'pintle-control-plane-'))
  const children: Child[] = []
  let node: FakeNode | undefined
  let cluster: Cluster | undefined
  const stop = async (): Promise<void> => {
    process.off('exit', killAll)
    await node?.stop()
    cluster?.close()
    // The API server first: without etcd it would wait for it.
    for (const child of [...children].reverse()) await child.stop()
    if (!(options.keep ?? Boolean(process.env.PINTLE_KEEP_CONTROL_PLANE))) rmSync(dir, { recursive: true, force: true })
  }
  const killAll = (): void => { for (const child of children) child.kill() }
  process.on('exit', killAll)

  try {
    const [etcdPort, peerPort, port] = await freePorts(3) as [number, number, number]
    const etcdUrl = `http://127.0.0.1:${etcdPort}`
    const store = new Child('etcd', etcd, [
      `--data-dir=${join(dir, 'etcd')}`, `--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`, `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync', '--log-level=warn',
    ], dir)
    children.push(store)

    const token = randomBytes(16).toString('hex')
    const nobody = randomBytes(16).toString('hex')
    write(dir, 'tokens.csv', `${token},admin,admin,"system:masters"\n${nobody},nobody,nobody\n`)
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    write(dir, 'sa.pub', publicKey.export({ type: 'spki', format: 'pem' }))
    write(dir, 'sa.key', privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const args = [
      `--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${join(dir, 'certs')}`, '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.96.0.0/16', '--authorization-mode=RBAC', `--token-auth-file=${join(dir, 'tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${join(dir, 'sa.pub')}`, `--service-account-signing-key-file=${join(dir, 'sa.key')}`,
      '--kubelet-preferred-address-types=InternalIP', '--allow-privileged=true', '--shutdown-delay-duration=0s',
    ]
    if (options.audit) {
      write(dir, 'audit-policy.yaml', JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived', 'ResponseStarted'], rules: [{ level: 'Metadata' }] }))
      args.push(`--audit-policy-file=${join(dir, 'audit-policy.yaml')}`, `--audit-log-path=${join(dir, 'audit.jsonl')}`)
    }
    let api = new Child('kube-apiserver', apiserver, args, dir)
    children.push(api)

    const server = `https://127.0.0.1:${port}`
    const certFile = join(dir, 'certs', 'apiserver.crt')
    const certs = await until(() => {
      api.check()
      const pem = readFileSync(certFile, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
      return pem !== null && pem.length >= 2 ? pem : undefined
    }, 30_000, 'the API server to write its certificate')
    // The API server signs its own certificate with an authority it puts last in the file.
    const authority = `${certs.at(-1)}\n`
    const kubeconfig = join(dir, 'kubeconfig')
    writeKubeconfig(kubeconfig, server, authority, { admin: token, nobody })

    const admin = connectSync({ kubeconfig, env: {}, qps: 0, requestTimeout: 20_000 })
    cluster = admin
    const ready = (): Promise<true> => until(async () => {
      api.check()
      return (await admin.request('GET', '/readyz')) === 'ok' ? true : undefined
    }, 60_000, 'the API server to be ready')
    await ready()

    if (!options.apiOnly) {
      children.push(new Child('kube-controller-manager', controllerManager, [
        `--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', `--service-account-private-key-file=${join(dir, 'sa.key')}`, `--root-ca-file=${certFile}`,
        '--controllers=*,-node-lifecycle-controller,-taint-eviction-controller,-ttl-controller', '--kube-api-qps=500', '--kube-api-burst=1000', '--pvclaimbinder-sync-period=1s',
      ], dir))
      children.push(new Child('kube-scheduler', scheduler, [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', '--kube-api-qps=500', '--kube-api-burst=1000'], dir))
      await admin.create({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'pintle.dev/none' })
      node = await startFakeNode(admin, { cert: readFileSync(certFile, 'utf8'), key: readFileSync(join(dir, 'certs', 'apiserver.key'), 'utf8') })
      // Pods can be created once the controllers have given the namespace its service account.
      await until(async () => {
        for (const child of children) child.check()
        return admin.get({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', namespace: 'default' })
      }, 60_000, 'the controllers to work')
    }
    return {
      server, kubeconfig, token, dir, cluster: admin, stop,
      async restartApiServer(down) {
        await api.stop()
        await sleep(down)
        children[children.indexOf(api)] = api = new Child('kube-apiserver', apiserver, args, dir)
        await ready()
      },
      async freezeEtcd(milliseconds) {
        store.signal('SIGSTOP')
        await sleep(milliseconds)
        store.signal('SIGCONT')
      },
      requests: () => readFileSync(join(dir, 'audit.jsonl'), 'utf8').split('\n').filter(Boolean).map(line => {
        const entry = JSON.parse(line)
        return { verb: entry.verb, uri: entry.requestURI, user: entry.user?.username ?? '', userAgent: entry.userAgent ?? '', code: entry.responseStatus?.code ?? 0 }
      }),
    }
  } catch (error) {
    const logs = children.map(c => c.tail()).join('\n')
    await stop()
    throw new Error(`the control plane did not start: ${error instanceof Error ? error.message : String(error)}\n${logs}`, { cause: error })
  }
}

/** Runs a program until it ends or standard input closes: nothing is left running when this process dies, however it does. */
export const leash = 'exec 3<&0; "$@" </dev/null 3<&- & pid=$!; (cat <&3 >/dev/null; kill -9 $pid) 2>/dev/null & exec 3<&-; wait $pid'

/** One program with its log file. */
class Child {
  readonly #name: string
  readonly #log: string
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  #exit: string | undefined
  #stopping = false

  constructor(name: string, program: string, args: readonly string[], dir: string) {
    this.#name = name
    this.#log = join(dir, `${name}.log`)
    const log = openSync(this.#log, 'w')
    this.#process = spawn('sh', ['-c', leash, 'sh', program, ...args], { stdio: ['pipe', log, log], cwd: dir })
    this.#process.stdin!.on('error', () => {})
    closeSync(log)
    this.#ended = new Promise(resolve => {
      this.#process.on('error', error => {
        this.#exit = error.message
        resolve()
      })
      this.#process.on('exit', code => {
        this.#exit = `code ${code}`
        this.#process.stdin!.destroy()
        resolve()
      })
    })
  }

  /** @throws when the program has ended by itself */
  check(): void {
    if (this.#exit !== undefined && !this.#stopping) throw new Error(`${this.#name} ended: ${this.#exit}`)
  }

  tail(): string {
    try {
      return `--- ${this.#name}\n${readFileSync(this.#log, 'utf8').split('\n').slice(-15).join('\n')}`
    } catch {
      return ''
    }
  }

  /** To the program itself, which is the shell's first child. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    const shell = this.#process.pid!
    process.kill(Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').split(' ')[0]), name)
  }

  kill(): void {
    this.#stopping = true
    this.#process.stdin!.destroy()
  }

  /** Nothing here is worth a graceful end. */
  async stop(): Promise<void> {
    if (this.#exit !== undefined) return
    this.kill()
    await this.#ended
  }
}

function writeKubeconfig(path: string, server: string, authority: string, tokens: Record<string, string>): void {
  const users = Object.keys(tokens)
  write('', path, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': users[0],
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: users.map(name => ({ name, user: { token: tokens[name] } })),
    contexts: users.map(name => ({ name, context: { cluster: 'test', user: name } })),
  }, undefined, 2))
}

function write(dir: string, name: string, content: string | Buffer): void {
  const path = dir === '' ? name : join(dir, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content, { mode: 0o600 })
}

/** Asks until there is an answer; errors meanwhile mean "not yet", unless a program has ended. */
async function until<T>(ask: () => T | undefined | Promise<T | undefined>, milliseconds: number, what: string): Promise<T> {
  const end = Date.now() + milliseconds
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      if (error instanceof Error && / ended: /.test(error.message)) throw error
      last = error
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}${last === undefined ? '' : `: ${String(last)}`}`)
    await sleep(50)
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>(resolve => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => resolve(server))
  })))
  const ports = servers.map(s => (s.address() as AddressInfo).port)
  await Promise.all(servers.map(s => new Promise(resolve => s.close(resolve))))
  return ports
}
