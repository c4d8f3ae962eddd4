/** `node bench/diff-many.ts CHART COUNT SET`: the diffs of releases `app` in the namespaces r0, r1, ... in one process, as helmfile's will be made; printed one after the other. */
import { loadChart, readValues } from '../src/charts/chart/index.ts'
import { trimSpace } from '../src/charts/render/index.ts'
import { compareManifests, formatDiff } from '../src/cluster/helm-diff/index.ts'
import { connectSync } from '../src/cluster/kube/index.ts'
import { KubeDriver } from '../src/cluster/release/index.ts'
import { renderForCluster, upgradeSides } from '../src/delivery/plan/index.ts'

const [path, count, set] = process.argv.slice(2) as [string, string, string]
const chart = await loadChart(path)
const cluster = connectSync({ fieldManager: 'helm' })
const names = Array.from({ length: Number(count) }, (_, i) => `r${i}`)
const outs = new Map<string, string>()
const queue = [...names]
await Promise.all(Array.from({ length: 8 }, async () => {
  for (let namespace = queue.shift(); namespace !== undefined; namespace = queue.shift()) {
    const wanted = namespace
    const { sides } = await upgradeSides({
      cluster, driver: new KubeDriver(cluster, wanted, 'Secret'), namespace: wanted, name: 'app', noValues: false,
      values: (base) => readValues({ ...(base && { base }), set: [set] }),
      async render({ values, isUpgrade }) {
        const { rendered } = await renderForCluster({ chart, values, cluster }, { name: 'app', namespace: wanted, revision: 1, isUpgrade })
        return `${trimSpace(rendered.manifest)}\n${rendered.hooks.map((h) => `---\n# Source: ${h.path}\n${h.manifest}\n`).join('')}`
      },
    })
    outs.set(wanted, formatDiff(compareManifests(...sides)))
  }
}))
process.stdout.write(names.map((name) => outs.get(name)).join(''))
cluster.close()
