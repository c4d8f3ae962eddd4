import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { KubeObject } from '../../src/cluster/kube/index.ts'
import type { RenderedHook } from '../../src/cluster/release/index.ts'

export interface ChartContent { objects?: readonly unknown[]; hooks?: readonly RenderedHook[]; crds?: readonly KubeObject[]; notes?: string; values?: unknown; files?: Record<string, string> }

/** The files of a chart whose templates are these very objects. */
export function chartFiles({ objects = [], hooks = [], crds = [], notes, values, files = {} }: ChartContent): Record<string, string> {
  const out: Record<string, string> = { 'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.2.3\nappVersion: "9"\n', ...files }
  objects.forEach((o, i) => { out[`templates/${String(i).padStart(3, '0')}.yaml`] = typeof o === 'string' ? o : JSON.stringify(o) })
  for (const h of hooks) {
    const object = JSON.parse(h.manifest) as KubeObject
    object.metadata.annotations = {
      ...object.metadata.annotations, 'helm.sh/hook': h.events.join(','), 'helm.sh/hook-weight': String(h.weight),
      ...(h.deletePolicies.length > 0 && { 'helm.sh/hook-delete-policy': h.deletePolicies.join(',') }),
      ...(h.outputLogPolicies.length > 0 && { 'helm.sh/hook-output-log-policy': h.outputLogPolicies.join(',') }),
    }
    out[h.path.replace('demo/', '')] = JSON.stringify(object)
  }
  crds.forEach((c, i) => { out[`crds/${i}.yaml`] = JSON.stringify(c) })
  if (notes !== undefined) out['templates/NOTES.txt'] = notes
  if (values !== undefined) out['values.yaml'] = JSON.stringify(values)
  return out
}

/** Charts whose templates are these very objects, for the real Helm. */
export class ChartFolder {
  readonly #dir = mkdtempSync(join(tmpdir(), 'pintle-charts-'))
  #count = 0

  /** Writes a chart and returns its path. */
  write(content: ChartContent): string {
    const path = join(this.#dir, `chart${++this.#count}`)
    for (const [name, text] of Object.entries(chartFiles(content))) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text)
    }
    return path
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** Runs the real Helm. `error` is the text after `Error: ` without the command's prefix, '' when it succeeded. */
export async function runHelm(helm: string, kubeconfig: string, args: readonly string[]): Promise<{ out: string; error: string }> {
  const env = { PATH: process.env.PATH, HOME: tmpdir(), KUBECONFIG: kubeconfig }
  return await new Promise((resolve) => {
    execFile(helm, [...args], { env, maxBuffer: 1 << 26 }, (failure, out, err) => {
      const text = err.split('\n').filter((line) => !/^(level=|time=|I\d{4}|W\d{4}|WARNING)/.test(line)).join('\n').trimEnd()
      const error = text.replace(/^Error: (INSTALLATION FAILED: |UPGRADE FAILED: )?/, '')
      resolve({ out, error: failure === null ? '' : error || failure.message })
    })
  })
}
