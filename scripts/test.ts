/**
 * `npm test`: every lane, in an order that fails early. Lanes that compare with real tools need Go to build them; where Go is missing
 * they are skipped loudly, and under CI=true that is a failure.
 * `npm test -- unit` (or walls, types, cli, real, ...) runs the lanes named.
 */
import { spawnSync } from 'node:child_process'

interface Lane { name: string; says: string; command: string[]; needsGo?: boolean }

const lanes: Lane[] = [
  { name: 'build', says: 'the package builds', command: ['node', 'scripts/build.ts', '--quick'] },
  { name: 'types', says: 'types hold', command: ['tsc', '-p', '.'] },
  { name: 'lint', says: 'the linter is content', command: ['oxlint', '--quiet', 'src', 'test', 'scripts', 'bench'] },
  { name: 'walls', says: 'rooms keep their walls', command: ['node', 'scripts/check-walls.ts'] },
  { name: 'docs', says: 'generated documents are up to date', command: ['node', 'scripts/write-docs.ts', '--check'] },
  { name: 'tools', says: 'the real programs are there, or are built, which takes long the first time', command: ['node', 'scripts/tools/install.ts'], needsGo: true },
  { name: 'unit', says: 'unit tests, and the end-to-end suites on the sandbox', command: ['vitest', 'run'] },
  { name: 'real', says: 'the same suites against real Helm and a real control plane', command: ['vitest', 'run', '-c', 'vitest.real.config.ts'], needsGo: true },
  { name: 'fuzz', says: 'random templates against real Helm, the same each time; npm run test:fuzz makes new ones', command: ['node', 'test/conformance/fuzz.ts', '--cases', '10000', '--seed', '695070257'], needsGo: true },
  { name: 'charts-lint', says: "the linter over Helm's own test charts and the examples, byte for byte", command: ['node', 'test/conformance/corpus-own.ts', 'lint'], needsGo: true },
  { name: 'dependencies', says: 'dependency update and build beside real Helm, over a repository and a registry', command: ['node', 'test/conformance/dependencies.ts'], needsGo: true },
  { name: 'corpus', says: "Helm's own test charts and the examples, byte for byte", command: ['node', 'test/conformance/corpus-own.ts'], needsGo: true },
]

const asked = process.argv.slice(2).filter((a) => !a.startsWith('-'))
const unknown = asked.filter((a) => !lanes.some((l) => l.name === a))
if (unknown.length > 0) {
  console.error(`no lane ${unknown.join(', ')}; there are: ${lanes.map((l) => l.name).join(' ')}`)
  process.exit(2)
}
const ci = process.env.CI === 'true'
const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
let passed = 0
const failed: string[] = []
const skipped: string[] = []
for (const lane of lanes) {
  if (asked.length > 0 && !asked.includes(lane.name)) continue
  if (lane.needsGo && !hasGo) {
    console.log(`\n=== ${lane.name}: SKIPPED, there is no Go here to build the real tools with ===`)
    skipped.push(lane.name)
    if (ci) failed.push(lane.name)
    continue
  }
  console.log(`\n=== ${lane.name}: ${lane.says} ===`)
  const started = Date.now()
  const { status } = spawnSync(lane.command[0]!, lane.command.slice(1), { stdio: 'inherit', env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined } })
  console.log(`--- ${lane.name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (status === 0) passed++
  else failed.push(lane.name)
  if (status !== 0 && lane.name === 'build') break
}
if (failed.length > 0) console.log(`\nfailed lanes: ${failed.join(', ')}`)
console.log(`\nlanes: ${passed} passed, ${failed.length} failed, ${ci ? 0 : skipped.length} skipped`)
process.exit(failed.length === 0 && passed > 0 ? 0 : 1)
