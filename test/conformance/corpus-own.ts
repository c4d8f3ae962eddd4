/**
 * The corpus that is at hand everywhere: Helm's own test charts, out of its Go module, and the examples. Rendered and compared, or with the name of another
 * script of this folder as argument (`lint`) given to that one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'

if ((await ensureTool('helm')) === undefined) {
  console.error("SKIPPED: Helm's own test charts come with its Go module, which needs Go")
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const module = resolve(import.meta.dirname, '../../scripts/tools/go/helm4')
const helm = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'helm.sh/helm/v4'], { cwd: module, encoding: 'utf8' }).trim()
const folders = [join(helm, 'pkg'), join(helm, 'internal'), resolve(import.meta.dirname, '../../examples')]
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${process.argv[2] ?? 'corpus'}.ts`), ...folders], { stdio: 'inherit' })
process.exit(status ?? 1)
