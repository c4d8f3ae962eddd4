/** `node test/cluster/run-control-plane.ts`: a real control plane to try things on, until Ctrl-C. */
import { startControlPlane } from './control-plane.ts'

const started = performance.now()
const plane = await startControlPlane({ audit: true })
if (plane === undefined) process.exit(1)
process.stdout.write(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s\nexport KUBECONFIG=${plane.kubeconfig}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void plane.stop().then(() => process.exit(0)))
