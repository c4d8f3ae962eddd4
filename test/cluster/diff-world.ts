import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connectSync } from '../../src/cluster/kube/index.ts'
import { masked, type DiffOutcome, type DiffProgram } from '../cli/diff-runs.ts'
import { runCli } from '../cli/run-cli.ts'
import { charts, type ClusterCase } from './diff-cluster-cases.ts'

export type ChartFiles = Readonly<Record<string, string>>

/** Releases that the real Helm made, in a cluster of one's own, for two programs to compare. */
export class DiffWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'pintle-diff-world-'))
  readonly #helm: string
  readonly #kubeconfig: string
  /** Variables for every run. */
  env: Readonly<Record<string, string>> = {}

  /** @param more charts beside those both programs are compared with */
  constructor(helm: string, kubeconfig: string, more: Readonly<Record<string, ChartFiles>> = {}) {
    this.#helm = helm
    this.#kubeconfig = kubeconfig
    for (const [chart, files] of Object.entries({ ...charts, ...more })) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(this.folder, chart, name)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
      }
    }
    writeFileSync(join(this.folder, 'more.yaml'), 'replicas: 7\nmode: filed\n')
  }

  async make(): Promise<void> {
    await this.release('install', 'shop', 'v1', 'a', '--set', 'replicas=2')
    await this.release('upgrade', 'shop', 'v2', 'a', '--set', 'replicas=2,password=changed')
    await this.release('upgrade', 'shop', 'v2', 'a', '--set', 'replicas=3,password=changed', '--set', 'mode=rough')
    await this.release('install', 'other', 'v2', 'b')
    await this.release('install', 'lone', 'lone', 'a')
    await this.change((cluster) => cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'outside', namespace: 'a' }, data: { said: 'by hand' } }))
  }

  /** What people do by hand. */
  async drift(): Promise<void> {
    await this.change(async (cluster) => {
      await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'a', name: 'shop-web' }, 'strategic', { metadata: { labels: { hand: 'made' } }, spec: { replicas: 9, template: { spec: { containers: [{ name: 'app', env: [{ name: 'A', value: 'b' }] }, { name: 'extra', image: 'x' }] } } } })
      await cluster.patch({ apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 'shop-secret' }, 'merge', { data: { more: 'eA==' } })
      await cluster.patch({ apiVersion: 'example.com/v1', kind: 'Boat', namespace: 'a', name: 'shop' }, 'merge', { spec: { sails: 3, crew: 12345678 } })
      await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'shop-config' })
    })
  }

  /** Runs one command line by a program. */
  async run({ line, env }: ClusterCase, program: DiffProgram): Promise<DiffOutcome> {
    const args = line.split(' ').map((word) => word.replace('CHARTS', this.folder))
    const result = await runCli([...program.args, ...args], {
      cwd: this.folder, program: program.path, env: { KUBECONFIG: this.#kubeconfig, HELM_NAMESPACE: 'a', TZ: 'UTC', HOME: this.folder, ...this.env, ...program.env, ...env },
    })
    const outcome = masked(result, this.folder)
    return { ...outcome, out: outcome.out.replace(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>') }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs the real Helm: verb, release, chart, namespace, flags. */
  async release(...[verb, name, chart, namespace, ...more]: string[]): Promise<void> {
    const { code, err } = await runCli([verb!, name!, join(this.folder, chart!), '-n', namespace!, ...(verb === 'install' ? ['--create-namespace'] : []), ...more], { cwd: this.folder, program: [this.#helm], env: { KUBECONFIG: this.#kubeconfig, ...this.env } })
    if (code !== 0) throw new Error(`helm ${verb} ${name}: ${err}`)
  }

  async change(work: (cluster: ReturnType<typeof connectSync>) => Promise<unknown>): Promise<void> {
    const cluster = connectSync({ kubeconfig: this.#kubeconfig, env: {} })
    try {
      await work(cluster)
    } finally {
      cluster.close()
    }
  }
}
