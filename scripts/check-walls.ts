/** Checks the walls of scripts/rooms.ts with dependency-cruiser: layers, doors (index.ts), packages, node: and cycles. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { packages, rooms, wings } from './rooms.ts'

const forbidden: IForbiddenRuleType[] = [
  { name: 'no-cycles', severity: 'error', from: { pathNot: '\\.test\\.js$' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
]

for (const [level, wing] of wings.entries()) {
  const above = wings.slice(level + 1)
  if (above.length > 0) {
    forbidden.push({ name: `${wing}-imports-upwards`, severity: 'error', from: { path: `^src/${wing}/` }, to: { path: `^src/(${above.join('|')})/` } })
  }
  if (wing !== 'errors') {
    const allowed = (packages[wing] ?? []).map((p) => `${p}/`).join('|') || '^$'
    forbidden.push({
      name: `${wing}-packages`, severity: 'error', from: { path: `^src/${wing}/`, pathNot: '\\.test\\.js$' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${allowed})` },
    })
  }
}
for (const room of rooms) {
  const here = `^src/${room.wing}/${room.name}/`
  const strangers = rooms.filter((r) => r.wing === room.wing && r.name !== room.name && !room.uses.includes(r.name)).map((r) => r.name)
  if (strangers.length > 0) {
    forbidden.push({
      name: `${room.name}-uses`, severity: 'error', from: { path: here, pathNot: '\\.test\\.js$' }, to: { path: `^src/${room.wing}/(${strangers.join('|')})/` },
    })
  }
  forbidden.push({
    name: `${room.name}-door`, severity: 'error', from: { path: '^src/', pathNot: `${here}|\\.test\\.js$` }, to: { path: here, pathNot: `${here}index\\.js$` },
  })
  if (room.browser) {
    forbidden.push({ name: `${room.name}-no-node`, severity: 'error', from: { path: here, pathNot: '\\.test\\.js$' }, to: { dependencyTypes: ['core'] } })
  }
}

const mirror = '.pintle/walls'
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'))
mirrorSources()
process.chdir(mirror)
const { output } = await cruise(['src'], { ruleSet: { forbidden }, validate: true, doNotFollow: { path: 'node_modules' } } as never)
process.chdir('../..')
const result = output as ICruiseResult
const files = sources.length
const read = result.modules.filter((m) => m.source.startsWith('src/')).length
// dependency-cruiser reads nothing, and finds nothing, when it lacks a parser for the sources.
if (read < files || (result.summary.totalDependenciesCruised ?? 0) < read) {
  console.error(`walls: read ${read} of ${files} modules and ${result.summary.totalDependenciesCruised} imports: the check does not see the house`)
  process.exit(1)
}
const strays = sources.filter((f) => /^[^/]+\/[^/]+\/[^/]+\.ts$/.test(f) && !rooms.some((r) => f.startsWith(`${r.wing}/${r.name}/`)))
for (const stray of strays) console.error(`walls: src/${stray} lies in no room of scripts/rooms.ts`)
for (const v of result.summary.violations) console.error(`walls: ${v.rule.name}: ${v.from} -> ${v.to}`)
console.log(`walls: ${read} modules, ${result.summary.totalDependenciesCruised} imports, ${result.summary.violations.length + strays.length} violations`)
process.exit(result.summary.violations.length + strays.length === 0 ? 0 : 1)

/**
 * Writes the sources as JavaScript, type imports kept as imports: dependency-cruiser reads TypeScript only with compilers that are not used here
 * (it does not know TypeScript 7), and a type import through a wall is one, too.
 */
function mirrorSources(): void {
  rmSync(mirror, { recursive: true, force: true })
  for (const file of sources) {
    const text = readFileSync(join('src', file), 'utf8').replaceAll(/^(import|export) type (?=[{*])/gm, '$1 ').replaceAll(/([{,]\s*)type (?=[A-Za-z_$][\w$]*\s*(?:,|}|as\b))/g, '$1')
    const { code } = transformSync(text, { loader: 'ts', tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } } })
    const target = join(mirror, 'src', file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code.replaceAll(/((?:from|import)\s*\(?\s*["'][^"']+)\.ts(["'])/g, '$1.js$2'))
  }
}
