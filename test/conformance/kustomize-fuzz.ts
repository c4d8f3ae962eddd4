/**
 * `node test/conformance/kustomize-fuzz.ts [--cases N] [--seed S]`: random kustomizations, in layers, built by the real kustomize and by Pintle in one run; what they print, how they end and what they
 * say must be the same. A seed repeats a run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { marshalPlain } from '../../src/language/yaml/index.ts'
import { ensureTool } from '../../scripts/tools/index.ts'
import { buildWithKustomize, buildWithPintle, withoutTimes } from './kustomize-corpus.ts'
import { Random } from './random.ts'

type Json = Record<string, unknown>

/** Makes the files of one case: bases, overlays, components, patches. */
class Maker {
  readonly files = new Map<string, string>()
  readonly #random: Random
  #count = 0
  constructor(random: Random) { this.#random = random }

  #chance(p: number): boolean { return this.#random.float() < p }
  #pick<T>(list: readonly T[]): T { return list[Math.floor(this.#random.float() * list.length)]! }
  #some<T>(list: readonly T[], p = 0.5): T[] { return list.filter(() => this.#chance(p)) }
  #value(): unknown { return this.#pick<unknown>(['text', 'yes', '1', 1, 0, 1.5, 1e6, true, null, '', 'a: b', 'x\ny\n', '2020-01-01', '~', '0x10', { a: 'b' }, ['p', 'q'], [], {}, 'ünï', '# no']) }
  #string(): string { return this.#pick(['text', 'yes', '1', 'on', '1e3', 'a b', 'x', '2020-01-01', '0o7', 'null', '']) }
  #name(): string { return this.#pick(['web', 'api', 'db']) }

  build(): string {
    const bases = ['base']
    this.#layer('base', [], true)
    if (this.#chance(0.4)) {
      this.#layer('other', [], true, 'o-')
      bases.push('other')
    }
    if (this.#chance(0.5)) this.#layer('middle', ['../base'], false)
    const used = this.files.has('middle/kustomization.yaml') ? ['../middle', ...bases.slice(1).map((one) => `../${one}`)] : bases.map((one) => `../${one}`)
    this.#layer('top', used, this.#chance(0.3), this.#chance(0.5) ? 't-' : '')
    return 'top'
  }

  #layer(folder: string, resources: string[], own: boolean, prefix = ''): void {
    const k: Json = { resources: [...resources] }
    if (own) {
      for (const kind of this.#some(['Deployment', 'Service', 'StatefulSet', 'ConfigMap', 'Job', 'Ingress', 'RoleBinding', 'ClusterRoleBinding', 'ServiceAccount', 'Thing', 'Namespace', 'HorizontalPodAutoscaler'], 0.5)) {
        const file = `r${this.#count++}.yaml`
        this.files.set(`${folder}/${file}`, marshalPlain(this.#object(kind, prefix + this.#name())))
        ;(k.resources as string[]).push(file)
      }
    }
    if (this.#chance(0.4)) k.namePrefix = this.#pick(['p-', 'q-', '1-'])
    if (this.#chance(0.2)) k.nameSuffix = '-s'
    if (this.#chance(0.4)) k.namespace = this.#pick(['prod', 'dev'])
    if (this.#chance(0.3)) k.commonLabels = { team: this.#string() || 'x' }
    if (this.#chance(0.4)) k.labels = [{ pairs: { l: this.#string() || 'y' }, includeSelectors: this.#chance(0.5), includeTemplates: this.#chance(0.5) }]
    if (this.#chance(0.3)) k.commonAnnotations = { note: this.#string() }
    if (this.#chance(0.4)) k.images = [{ name: this.#pick(['nginx', 'busybox', 'reg/x', '.*']), ...this.#pick<Json>([{ newTag: '9' }, { newName: 'other' }, { digest: 'sha256:aa' }, { tagSuffix: '-a' }, { newTag: '1', digest: 'sha256:b' }]) }]
    if (this.#chance(0.05)) k.replicas = [{ name: this.#name(), count: 4 }]
    if (this.#chance(own ? 0.5 : 0.15)) k.configMapGenerator = [{ name: prefix + this.#pick(['cfg', 'more']), literals: this.#some(['a=1', 'b=two', 'c=x y', 'd='], 0.7), ...(this.#chance(own ? 0.02 : 0.2) && { behavior: this.#pick(['merge', 'replace', 'create']) }), ...(this.#chance(0.2) && { options: { disableNameSuffixHash: true, labels: { g: 'h' } } }) }]
    if (this.#chance(own ? 0.3 : 0.05)) k.secretGenerator = [{ name: prefix + 'sec', literals: ['p=q'], ...(this.#chance(0.05) && { behavior: 'merge' }) }]
    if (this.#chance(0.6)) k.patches = [this.#patch(), ...(this.#chance(0.4) ? [this.#patch()] : [])]
    if (this.#chance(0.08)) k.replacements = [this.#replacement()]
    if (this.#chance(0.2)) k.sortOptions = { order: 'fifo' }
    if (this.#chance(0.1)) k.buildMetadata = this.#some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'])
    if (this.#chance(0.15)) {
      this.files.set(`${folder}-part/kustomization.yaml`, marshalPlain({ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', labels: [{ pairs: { part: 'p' } }], ...(this.#chance(0.5) && { patches: [this.#patch()] }) }))
      k.components = [`../${folder}-part`]
    }
    this.files.set(`${folder}/kustomization.yaml`, marshalPlain(k))
  }

  #pod(): Json {
    return {
      ...(this.#chance(0.3) && { serviceAccountName: this.#name() }),
      containers: [{ name: 'main', image: this.#pick(['nginx:1', 'busybox@sha256:c', 'reg/x', 'nginx']), ...(this.#chance(0.5) && { env: [{ name: 'A', value: this.#string() }, { name: 'B', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }] }), ...(this.#chance(0.4) && { ports: [{ containerPort: 80 }, { containerPort: 81, protocol: 'UDP' }] }), ...(this.#chance(0.3) && { args: ['x', this.#string()] }) },
        ...(this.#chance(0.3) ? [{ name: 'side', image: 'busybox:1' }] : [])],
      ...(this.#chance(0.4) && { volumes: [{ name: 'v', configMap: { name: 'cfg' } }, { name: 's', secret: { secretName: 'sec' } }] }),
    }
  }

  #object(kind: string, name: string): Json {
    const metadata: Json = { name, ...(this.#chance(0.3) && { labels: { app: name, v: this.#value() } }), ...(this.#chance(0.2) && { annotations: { a: this.#string() } }), ...(this.#chance(0.15) && { namespace: this.#pick(['prod', 'default', 'x']) }) }
    const template = { metadata: { labels: { app: name } }, spec: this.#pod() }
    switch (kind) {
      case 'Deployment': return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 2, selector: { matchLabels: { app: name } }, template } }
      case 'StatefulSet': return { apiVersion: 'apps/v1', kind, metadata, spec: { serviceName: this.#name(), selector: { matchLabels: { app: name } }, template, volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] } }
      case 'Job': return { apiVersion: 'batch/v1', kind, metadata, spec: { template } }
      case 'Service': return { apiVersion: 'v1', kind, metadata, spec: { selector: { app: name }, ports: [{ port: 80, name: 'http' }, { port: 81 }] } }
      case 'ConfigMap': return { apiVersion: 'v1', kind, metadata, data: { a: this.#string(), b: this.#value() } }
      case 'Ingress': return { apiVersion: 'networking.k8s.io/v1', kind, metadata, spec: { rules: [{ host: 'h', http: { paths: [{ backend: { service: { name: this.#name() } } }] } }], tls: [{ secretName: 'sec' }] } }
      case 'RoleBinding': case 'ClusterRoleBinding': return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: this.#pick([this.#name(), 'default']), namespace: this.#pick(['prod', 'default']) }] }
      case 'ServiceAccount': case 'Namespace': return { apiVersion: 'v1', kind, metadata }
      case 'HorizontalPodAutoscaler': return { apiVersion: 'autoscaling/v2', kind, metadata, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.#name() } } }
      default: return { apiVersion: 'example.com/v1', kind, metadata, spec: { any: this.#value(), list: [{ name: 'a', v: this.#value() }], deep: { x: this.#value() } } }
    }
  }

  #patch(): Json {
    const kind = this.#pick(['Deployment', 'Service', 'ConfigMap', 'Thing', 'StatefulSet', ...(this.#chance(0.1) ? ['.*'] : [])])
    if (this.#chance(0.4)) {
      return { target: { kind }, patch: marshalPlain(this.#some<Json>([{ op: 'add', path: '/metadata/annotations', value: { j: this.#string() } }, { op: 'add', path: '/spec', value: { x: this.#value() } }, { op: 'replace', path: '/metadata/labels', value: { k: 'v' } }, ...(this.#chance(0.1) ? [{ op: 'remove', path: '/metadata/labels' }, { op: 'test', path: '/kind', value: kind }] : [])], 0.4).concat([{ op: 'add', path: '/extra', value: this.#value() }])) }
    }
    const spec = this.#pick<Json>([
      { replicas: this.#value() }, { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: this.#string() }, { name: 'C', value: 'c' }], ports: [{ containerPort: 80, protocol: 'TCP' }] }, { name: 'new', image: 'nginx:3' }] } } },
      { template: { spec: { containers: [{ name: 'main', $patch: 'delete' }] } } }, { template: { $patch: 'replace', spec: { containers: [] } } }, { ports: [{ port: 80, targetPort: 8080 }, { port: 443 }] }, { list: [{ name: 'a', w: 1 }, { name: 'b' }], deep: { x: null, y: this.#value() } }, { selector: null },
    ])
    const body: Json = { apiVersion: kind === 'Service' || kind === 'ConfigMap' ? 'v1' : kind === 'Thing' ? 'example.com/v1' : 'apps/v1', kind: kind === '.*' ? 'Any' : kind, metadata: { name: this.#name(), ...(this.#chance(0.3) && { labels: { patched: this.#value() } }) }, ...(kind === 'ConfigMap' ? { data: { c: this.#value() } } : { spec }), ...(this.#chance(0.05) && { $patch: 'delete' }) }
    return this.#chance(0.97) ? { target: { kind, ...(this.#chance(0.3) && { name: this.#pick(['w.*', 'web', '.*-?api']) }) }, patch: marshalPlain(body), ...(this.#chance(0.1) && { options: { allowNameChange: true } }) } : { patch: marshalPlain(body) }
  }

  #replacement(): Json {
    return {
      source: { kind: this.#pick(['Deployment', 'Service', 'ConfigMap']), ...(this.#chance(0.6) && { name: this.#name() }), ...(this.#chance(0.5) && { fieldPath: this.#pick(['spec.replicas', 'metadata.labels.app', 'spec.ports.0.port', 'data.a']) }) },
      targets: [{ select: { kind: this.#pick(['Deployment', 'Thing', 'ConfigMap', 'Service']) }, fieldPaths: [this.#pick(['spec.any', 'metadata.annotations.r', 'spec.template.spec.containers.[name=main].image', 'spec.template.spec.containers.*.name', 'data.a', 'spec.ports.0.port'])], options: { create: this.#chance(0.6), ...(this.#chance(0.2) && { delimiter: ':', index: 1 }) } }],
    }
  }
}

async function main(): Promise<void> {
  const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise)
  const cases = option('--cases', 500)
  const seed = option('--seed', Date.now() % 1e9)
  const program = await ensureTool('kustomize')
  if (program === undefined) return
  const counts = { same: 0, 'same failure': 0, 'other words': 0, different: 0 }
  for (let i = 0; i < cases; i++) {
    const maker = new Maker(new Random(seed + i))
    const folder = maker.build()
    const root = await mkdtemp(join(tmpdir(), 'kustomize-fuzz-'))
    for (const [path, text] of maker.files) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    const [real, own] = await Promise.all([buildWithKustomize(program, join(root, folder)), buildWithPintle(join(root, folder))])
    const sameOutput = real.output === own.output && real.failed === own.failed
    const verdict = !sameOutput ? 'different' : normal(real.errors) !== normal(own.errors) ? 'other words' : real.failed ? 'same failure' : 'same'
    counts[verdict]++
    if (verdict === 'different' || verdict === 'other words') process.stdout.write(`${verdict}: --seed ${seed + i} --cases 1 (${root})\n  real: ${firstDifference(real.output + normal(real.errors), own.output + normal(own.errors))}\n`)
    else await rm(root, { recursive: true })
  }
  process.stdout.write(`seed ${seed}: ${JSON.stringify(counts)}\n`)
  if (counts.different > 0) process.exitCode = 1
}

/** Without addresses of Go's memory. */
const normal = (text: string): string => withoutTimes(text).replace(/ &\{0x[0-9a-f]+ (?:<nil>|0x[0-9a-f]+)\}:/g, ':').replace(/^(Error: )map\[string\]interface \{\}\{.*\}: (json|yaml): /gm, '$1$2: ')

function firstDifference(real: string, own: string): string {
  const [a, b] = [real.split('\n'), own.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  return `line ${at + 1}: ${a[at]}\n  own:  ${b[at]}`
}

await main()
