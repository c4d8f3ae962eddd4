/**
 * `node test/conformance/helmfile-fuzz.ts [--cases 100] [--seed 1]`: random projects (parts, bases, environments, values files, templates, inheritance, sub-helmfiles, selectors) whose state, list
 * and environment are printed by the real helmfile and by Pintle, and compared byte for byte.
 */
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTool } from '../../scripts/tools/index.ts'
import type { HelmfileCase } from '../cli/helmfile-cases.ts'
import { pintleHelmfile, realHelmfile, runProject } from '../cli/helmfile-runs.ts'

const { values: options } = parseArgs({ options: { cases: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } } })

/** A small generator that a seed repeats (mulberry32). */
class Chance {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
  maybe(p = 0.5): boolean {
    return this.next() < p
  }
  some<T>(most: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, (_, i) => make(i))
  }
}

const keys = ['a', 'b', 'c', 'deep', 'on', 'list', 'enabled']
const scalars = ['1', '"1"', 'true', 'false', 'null', 'text', '"yes"', '1.5', '1e3', '0x10', '~', '""', '"a: b"', '2020-01-01', '[]', '{}', '"{ {x} }"', '"two\\nlines"', '007', '1_000']

class Project {
  readonly files: Record<string, string> = {}
  readonly #chance: Chance
  constructor(chance: Chance) {
    this.#chance = chance
  }

  value(depth = 0): string {
    const { one, below } = this.#bound()
    if (depth > 2 || below(3) > 0) return one(scalars)
    return below(2) === 0 ? `[${this.#chance.some(3, () => this.value(depth + 1)).join(', ')}]` : this.map(depth + 1)
  }

  map(depth = 0): string {
    const names = keys.filter(() => this.#chance.maybe(0.4))
    return `{${names.map((name) => `${name}: ${this.value(depth)}`).join(', ')}}`
  }

  #bound() {
    return { one: <T>(items: readonly T[]): T => this.#chance.one(items), below: (n: number): number => this.#chance.below(n) }
  }

  /** A template expression that never fails. */
  expression(): string {
    return this.#chance.one([
      '{{ .Environment.Name }}', '{{ .Values | len }}', '{{ .Values | get "deep.a" "none" | toJson }}', '{{ getOrNil "a" .Values | toString | trunc 8 }}', '{{ if hasKey .Values "on" }}on{{ else }}off{{ end }}', '{{ "x" | upper }}',
      '{{ list 1 2 | join "-" }}', '{{ .Namespace | default "nons" }}', '{{ .Values | toYaml | len }}', '{{ .Environment.Values | toJson | sha256sum | trunc 6 }}', '{{ .StateValues | len }}', '{{ dict "k" (list 1 2) | toYaml | fromYaml | get "k" | first }}', '{{ range $i, $k := keys .Values | sortAlpha }}{{ $i }}{{ $k }}{{ end }}',
    ])
  }

  valuesEntry(prefix: string): string {
    if (this.#chance.maybe(0.4)) return this.map()
    const templated = this.#chance.maybe()
    const name = `${prefix}${Object.keys(this.files).length}.yaml${templated ? '.gotmpl' : ''}`
    const lines = keys.filter(() => this.#chance.maybe()).map((key) => `${key}: ${this.value()}`)
    if (templated) lines.push(`made: '${this.expression()}'`)
    this.files[name] = `${lines.join('\n')}\n`
    return name
  }

  environments(prefix: string): string {
    return ['default', 'prod'].filter((name) => name === 'default' || this.#chance.maybe(0.8)).map((name) => {
      const strategy = this.#chance.maybe(0.2) ? `    mergeStrategy: ${this.#chance.one(['override', 'fallback'])}\n` : ''
      const context = this.#chance.maybe(0.2) ? `    kubeContext: ctx-${name}\n` : ''
      return `  ${name}:\n${strategy}${context}    values: [${this.#chance.some(3, () => this.valuesEntry(prefix)).join(', ')}]\n`
    }).join('')
  }

  release(i: number, templated: boolean, templates: readonly string[]): string {
    const chance = this.#chance
    const fields = [`name: ${chance.maybe(0.3) && templated ? `r${i}-${chance.one(['{{ .Environment.Name }}', '{{ "x" | upper | lower }}'])}` : `r${i}`}`, `chart: ${chance.one(['r/a', 'r/b', './charts/web', 'oci'])}`]
    const inline = (text: string): string => `"${text}"`
    if (chance.maybe(0.4)) fields.push(`namespace: ${chance.one(['n', 'm', inline("{{`{{ .Release.Name }}`}}-ns")].filter((one) => templated || !one.includes('{{')))}`)
    if (chance.maybe(0.3)) fields.push(`version: ${chance.one(['1.0.0', '"2"', '1.10', inline('{{`{{ .Values | len }}`}}')].filter((one) => templated || !one.includes('{{')))}`)
    if (chance.maybe(0.4)) fields.push(`labels: {tier: ${chance.one(['front', 'back', 'true', '1'])}${chance.maybe(0.3) ? ', extra: "x y"' : ''}}`)
    if (chance.maybe(0.4)) fields.push(`values: [${chance.some(3, () => (chance.maybe() ? this.map() : 'some.yaml')).join(', ')}]`)
    if (chance.maybe(0.2)) fields.push(`set: [{name: a.b, value: ${chance.one(scalars.slice(0, 4))}}, {name: l, values: [1, a]}]`)
    if (chance.maybe(0.2)) fields.push(`installed: ${chance.one(['true', 'false'])}`)
    if (chance.maybe(0.2)) fields.push(`timeout: ${chance.below(100)}`, `wait: ${chance.one(['true', 'false', 'yes'])}`)
    if (i > 0 && chance.maybe(0.3)) fields.push(`needs: [r${chance.below(i)}]`)
    if (chance.maybe(0.15)) fields.push('condition: deep.enabled'.replace('deep', chance.maybe(0.1) ? 'missing' : 'on'))
    if (chance.maybe(0.2)) fields.push(`valuesTemplate: [{k: "${templated ? '{{`{{ .Release.Name }}`}}' : '{{ .Release.Name }}'}"}]`)
    if (templates.length > 0 && chance.maybe()) fields.push(`inherit: [${templates.filter(() => chance.maybe(0.7)).map((name) => `{template: ${name}${chance.maybe(0.2) ? `, except: [${chance.one(['labels', 'values', 'set'])}]` : ''}}`).join(', ')}]`)
    return `- ${fields.join('\n  ')}\n`
  }

  state(templated: boolean, prefix: string, depth: number): string {
    const chance = this.#chance
    const parts: string[] = []
    let first = ''
    if (chance.maybe(0.3) && depth === 0) {
      this.files[`${prefix}base.yaml`] = `environments:\n${this.environments(prefix)}${chance.maybe() ? 'helmDefaults: {wait: true, args: [--base]}\ncommonLabels: {base: b}\n' : ''}`
      first += `bases: [${prefix}base.yaml]\n`
    }
    if (chance.maybe(0.3)) first += `values: [${chance.some(2, () => this.valuesEntry(prefix)).join(', ')}]\n`
    if (chance.maybe(0.7)) first += `environments:\n${this.environments(prefix)}`
    if (first !== '') parts.push(first)
    let second = ''
    if (chance.maybe(0.4)) second += `helmDefaults:\n  timeout: ${chance.below(50)}\n  ${chance.one(['wait: true', 'historyMax: 3', 'args: [--x]', 'createNamespace: false'])}\n`
    if (chance.maybe(0.4)) second += `commonLabels: {team: ${chance.one(['a', '"1"', 'true'])}}\n`
    if (chance.maybe(0.2)) second += 'kubeVersion: v1.30.0\napiVersions: [a/v1]\n'
    const templates = chance.maybe(0.4) ? ['t1', 't2'] : []
    if (templates.length > 0) second += `templates:\n  t1: {labels: {from: t1, tier: t}, values: [t1.yaml, ${this.map()}], set: [{name: t, value: "1"}]}\n  t2: {inherit: [{template: t1}], namespace: t2, labels: {from: t2}}\n`
    if (templates.length > 0 && chance.maybe(0.3)) second += 'defaultInherit: [t1]\n'
    if (depth < 2 && chance.maybe(0.4)) {
      const subs = chance.some(2, (i) => {
        const extension = chance.maybe() ? '.yaml.gotmpl' : '.yaml'
        const name = `${prefix}sub${depth}${i}${extension}`
        this.files[name] = this.state(extension !== '.yaml', `${prefix}s${depth}${i}-`, depth + 1)
        const more = [chance.maybe(0.3) ? `  selectors: [${chance.one(['tier=front', 'tier!=back', 'name=r0'])}]\n` : '', chance.maybe(0.3) ? `  values: [${this.map()}]\n` : '', chance.maybe(0.3) ? '  inherits: [commonLabels, helmDefaults, environments, templates]\n' : ''].join('')
        return `- path: ${name}\n${more}`
      })
      if (subs.length > 0) second += `helmfiles:\n${subs.join('')}`
    }
    second += `releases:\n${Array.from({ length: 1 + chance.below(4) }, (_, i) => this.release(i, templated, templates)).join('')}`
    parts.push(templated && chance.maybe(0.3) ? `{{ $x := ${chance.below(9)} }}\n${second}` : second)
    return parts.join('---\n')
  }
}

function project(seed: number): HelmfileCase {
  const chance = new Chance(seed)
  const made = new Project(chance)
  const templated = chance.maybe()
  const name = templated ? 'helmfile.yaml.gotmpl' : 'helmfile.yaml'
  made.files[name] = made.state(templated, '', 0)
  const flags = [chance.maybe(0.4) ? '-e prod' : '', chance.maybe(0.3) ? `-l ${chance.one(['tier=front', 'tier!=back', 'name=r1', 'team=a'])}` : '', chance.maybe(0.2) ? '-n other' : '', chance.maybe(0.2) ? '--state-values-set deep.a=5,list[1]=x,on=true' : ''].filter((one) => one !== '').join(' ')
  return { name: `seed ${seed}`, files: made.files, runs: ['build', 'list', 'print-env'].map((verb) => (flags === '' ? verb : `${flags} ${verb}`)) }
}

const [helmfile, helm] = [await ensureTool('helmfile'), await ensureTool('helm')]
if (helmfile === undefined || helm === undefined) throw new Error('the real helmfile and Helm are needed; they are built with Go')
const real = realHelmfile(helmfile, dirname(helm))
const first = Number(options.seed)
let same = 0
let failed = 0
const different: string[] = []
for (let seed = first; seed < first + Number(options.cases); seed++) {
  const one = project(seed)
  const [theirs, ours] = [await runProject(one, real), await runProject(one, pintleHelmfile)]
  for (const line of one.runs) {
    if (JSON.stringify(theirs[line]) === JSON.stringify(ours[line])) {
      same++
      if (theirs[line]!.code !== 0) failed++
    } else {
      different.push(`seed ${seed}: ${line}`)
      process.stdout.write(`${different.at(-1)}\nhelmfile: ${theirs[line]!.code}\n${theirs[line]!.out}${theirs[line]!.err}\nPintle: ${ours[line]!.code}\n${ours[line]!.out}${ours[line]!.err}\n\n`)
    }
  }
}
process.stdout.write(`${same} runs alike (${failed} of them failures), ${different.length} different\n${different.map((text) => `  ${text}\n`).join('')}`)
process.exit(different.length === 0 ? 0 : 1)
