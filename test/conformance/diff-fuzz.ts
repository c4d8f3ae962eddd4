/**
 * `PINTLE_HELM_DIFF=.../bin/diff node test/conformance/diff-fuzz.ts --cases 200 [--seed N]`: random pairs of charts and flags, compared by helm-diff's own program
 * over the real Helm and by Pintle; `--output dyff` compares by that one alone. Exits with 1 when any outcome differs, and prints how to repeat it.
 */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTool } from '../../scripts/tools/index.ts'
import type { DiffCase } from '../cli/diff-cases.ts'
import { runCase } from '../cli/diff-runs.ts'
import { pintle } from '../cli/run-cli.ts'
import { Random } from './random.ts'

const { values: options } = parseArgs({ options: { cases: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' }, output: { type: 'string' } } })
const program = process.env.PINTLE_HELM_DIFF
const helm = await ensureTool('helm')
if (program === undefined || helm === undefined) {
  process.stderr.write('PINTLE_HELM_DIFF must name the program of helm-diff\n')
  process.exit(1)
}

const words = ['a', 'b', 'web', 'x y', 'é', '1', '0x1F', '1e3', 'true', 'null', '', 'yes', '~', '2020-01-01', '- d', '# c', 'a: b', '{{`{}`}}', '"q"', "it's", '*s', '%p', '@a', 'long '.repeat(20).trim(), 'tab\\there']
const base64 = (text: string) => Buffer.from(text).toString('base64')

function scalar(chance: Random): string {
  const word = chance.pick(words)
  switch (chance.below(5)) {
    case 0: return JSON.stringify(word).replaceAll('\\\\', '\\')
    case 1: return `'${word.replaceAll("'", "''")}'`
    case 2: return String(chance.below(3_000_000))
    case 3: return String(chance.below(1000) / 8)
    default: return /^[a-z]+$/.test(word) ? word : String(chance.below(9))
  }
}

function tree(chance: Random, indent: string, depth: number): string {
  let out = ''
  for (let i = chance.below(4) + 1; i > 0; i--) {
    const key = chance.below(8) === 0 ? 'name' : `${chance.pick(['a', 'b', 'c', 'd', 'e10', 'e9', 'name'])}${i}`
    if (out.includes(`\n${indent}${key}:`) || out.startsWith(`${indent}${key}:`)) continue
    if (chance.below(9) === 0 && out !== '') out += `${indent}# note ${i}\n`
    switch (depth > 0 ? chance.below(4) : 0) {
      case 1: out += `${indent}${key}:\n${tree(chance, `${indent}  `, depth - 1)}`; break
      case 2: out += `${indent}${key}:\n${Array.from({ length: chance.below(3) + 1 }, () => `${indent}- ${scalar(chance)}\n`).join('')}`; break
      case 3: out += `${indent}${key}:\n${Array.from({ length: chance.below(2) + 1 }, () => `${indent}- ${tree(chance, `${indent}  `, depth - 1).trimStart()}`).join('')}`; break
      default: out += chance.below(6) === 0 ? `${indent}${key}: |\n${Array.from({ length: chance.below(3) + 1 }, () => `${indent}  line ${chance.below(4)}\n`).join('')}` : `${indent}${key}: ${scalar(chance)}\n`
    }
  }
  return out
}

function document(chance: Random): string {
  const kind = chance.pick(['ConfigMap', 'Secret', 'Odd', 'Deployment'])
  const group = kind === 'Odd' ? chance.pick(['example.com/v1', 'example.com/v2', 'other/v1']) : kind === 'Deployment' ? 'apps/v1' : 'v1'
  const annotations = chance.below(5) === 0 ? `  annotations:\n    ${chance.pick(['helm.sh/resource-policy: keep', 'helm-diff/base-name: base', 'helm.sh/hook: test', 'helm.sh/hook: pre-install', 'other: "1"'])}\n` : ''
  const head = `---\napiVersion: ${group}\nkind: ${kind}\nmetadata:\n  name: ${chance.pick(['one', 'two', 'three', 'four'])}\n${chance.below(4) === 0 ? '  namespace: other\n' : ''}${annotations}`
  if (kind !== 'Secret') return `${head}spec:\n${tree(chance, '  ', 3)}`
  const key = () => chance.pick(['user', 'password', 'key', 'ca.crt'])
  const pairs = (value: () => string) => [...new Set(Array.from({ length: chance.below(3) + 1 }, key))].map((k) => `  ${k}: ${value()}\n`).join('')
  return `${head}${chance.below(4) === 0 ? 'type: Opaque\n' : ''}${chance.below(3) > 0 ? `data:\n${pairs(() => chance.pick([base64('a'), base64('bb'), base64('ccc\n'), '""', 'bad!', 'YQ']))}` : ''}${chance.below(3) === 0 ? `stringData:\n${pairs(() => chance.pick(['plain', '"5"', '7', 'true', '""']))}` : ''}`
}

/** The same documents with some lines, and some documents, changed. */
function changed(chance: Random, documents: readonly string[]): string[] {
  const out = documents.flatMap((text) => {
    switch (chance.below(6)) {
      case 0: return []
      case 1: return [text.replace(/name: (one|two|three|four)/, 'name: five')]
      case 2: return [document(chance)]
      case 3: return [text]
      default: return [text.replace(/line \d/g, () => `line ${chance.below(4)}`).replace(/: (\d+)$/gm, (all) => (chance.below(3) === 0 ? `: ${chance.below(99)}` : all))]
    }
  })
  return out.length > 0 ? out : [document(chance)]
}

const flagSets = [[], ['--normalize-manifests'], ['-C', '1'], ['--output', 'structured'], ['--output', 'simple'], ['--output', 'json'], ['--output', 'dyff'], ['--output', 'dyff', '--color'], ['--show-secrets'], ['--show-secrets-decoded'], ['-D', '0.6'], ['--include-tests'], ['--suppress', 'Odd'], ['--color'], ['--suppress-output-line-regex', 'line [12]'], ['--detailed-exitcode']]

const home = mkdtempSync(join(tmpdir(), 'pintle-diff-fuzz-'))
const link = join(home, 'helm')
symlinkSync(pintle, link)
let differing = 0
const first = Number(options.seed)
for (let seed = first; seed < first + Number(options.cases); seed++) {
  const chance = new Random(seed)
  const before = Array.from({ length: chance.below(5) + 1 }, () => document(chance))
  const args = [...new Set([...chance.pick(flagSets), ...chance.pick(flagSets), ...(options.output === undefined ? [] : [`--output=${options.output}`])])]
  const one: DiffCase = { name: String(seed), before: before.join(''), after: changed(chance, before).join(''), args }
  const [theirs, ours] = [await runCase(one, { path: [program], args: [], env: { HELM_BIN: helm } }), await runCase(one, { path: [process.execPath, link], args: ['diff'] })]
  // Redacting twice, as helm-diff does when it looks for renames, is not wanted (docs/compatibility.md).
  if (args.includes('-D') && (theirs.out.includes('Error parsing') || (theirs.out.trim() === '' && ours.out.includes('Secret')))) continue
  // helm-diff forgets --suppress in dyff's report, which is not wanted either.
  if (args.includes('--suppress') && args.some((arg) => arg.includes('dyff'))) continue
  if (JSON.stringify(theirs) === JSON.stringify(ours)) continue
  differing++
  process.stdout.write(`--- seed ${seed}: ${args.join(' ')}\nhelm-diff ${theirs.code}\n${theirs.out}${theirs.err}\npintle ${ours.code}\n${ours.out}${ours.err}\n`)
}
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${options.cases} cases from seed ${first}: ${differing} differ\n`)
process.exitCode = differing > 0 ? 1 : 0
