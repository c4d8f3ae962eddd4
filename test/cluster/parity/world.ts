import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Cluster } from '../../../src/cluster/kube/index.ts'
import type { CliPair, Ran } from '../cli-pair.ts'
import { editLive } from './live-edits.ts'
import { stateOf } from './state.ts'
import { parseLine } from './scenario.ts'

export type Tool = 'helm' | 'helm3' | 'linked' | 'pintle'

/** A cluster scenarios run on. */
export interface Ground { readonly cluster: Cluster; readonly kubeconfig: string }

/** A namespace of one cluster, a folder of charts, and the tool that is at home there. */
export class World {
  readonly name: string
  readonly ground: Ground
  readonly namespace: string
  readonly tool: Tool
  readonly #pair: CliPair
  readonly #folder = mkdtempSync(join(tmpdir(), 'pintle-parity-'))

  constructor(name: string, ground: Ground, namespace: string, tool: Tool, pair: CliPair, files: Readonly<Record<string, string>>) {
    this.name = name
    this.ground = ground
    this.namespace = namespace
    this.tool = tool
    this.#pair = pair
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true })
      writeFileSync(join(this.#folder, path), text)
    }
  }

  /** Makes the namespace; its service account must be there before pods are. */
  async begin(): Promise<void> {
    const { cluster } = this.ground
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } })
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', namespace: this.namespace }
    for (let i = 0; i < 200 && (await cluster.get(account)) === undefined; i++) await new Promise((r) => setTimeout(r, 50))
  }

  async run(line: string, tool: Tool = this.tool): Promise<Ran> {
    const { env, args } = parseLine(line.replaceAll('{ns}', this.namespace))
    return await this.#pair.run(tool, args, { cwd: this.#folder, env: { KUBECONFIG: this.ground.kubeconfig, HELM_NAMESPACE: this.namespace, ...env } })
  }

  async edit(line: string): Promise<void> {
    await editLive(this.ground.cluster, this.namespace, line.replaceAll('{ns}', this.namespace).replaceAll('NAMESPACE', this.namespace.replaceAll('-', '')))
  }

  /** What there is: records and objects, without what only this world can have. */
  async state(kinds: Iterable<string>): Promise<Record<string, unknown>> {
    return await stateOf(this.ground.cluster, this.namespace, kinds)
  }

  neutral(text: string): string {
    return text.replaceAll(this.namespace, '<ns>').replaceAll(this.namespace.replaceAll('-', ''), '<name>').replaceAll(this.ground.cluster.server, '<server>').replaceAll(this.#folder, '<folder>')
  }

  async end(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true })
    await this.ground.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.namespace })
  }
}
