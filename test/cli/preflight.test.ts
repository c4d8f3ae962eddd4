/** What the command line says before anything changes, with template lines; and what it keeps to itself when it is called as `helm`. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const definition = (note: string): string => [
  'apiVersion: apiextensions.k8s.io/v1', 'kind: CustomResourceDefinition', 'metadata: {name: things.cli.pintle.dev}', 'spec:', '  group: cli.pintle.dev', '  scope: Namespaced',
  '  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}', '  versions:', '    - name: v1', '      served: true', '      storage: true',
  `      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}${note}}}}}}`, '',
].join('\n')
const thing = 'apiVersion: cli.pintle.dev/v1\nkind: Thing\nmetadata: {name: one}\nspec: {size: 1, note: kept}\n'
const meta = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`
const files = {
  'web/Chart.yaml': meta('web'),
  'web/values.yaml': 'app: web\nreplicas: 1\nport: 80\nbad: false\n',
  'web/templates/all.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: web', 'spec:', '  replicas: {{ .Values.replicas }}', '  selector:', '    matchLabels: { app: {{ .Values.app }} }',
    '  template:', '    metadata: { labels: { app: {{ .Values.app }} } }', '    spec:', '      containers:', '        - name: main', '          image: example.com/app:1',
    '          {{- if .Values.bad }}', '          imagee: typo', '          {{- end }}', '---', 'apiVersion: v1', 'kind: Service', 'metadata:', '  name: web', 'spec:', '  ports:', '    - port: {{ .Values.port }}', '',
  ].join('\n'),
  'things/Chart.yaml': meta('things'), 'things/crds/thing.yaml': definition(', note: {type: string}'), 'things/templates/one.yaml': thing,
  'user/Chart.yaml': meta('user'), 'user/templates/one.yaml': thing.replace('size: 1', 'size: many'),
  'wider/Chart.yaml': meta('things'), 'wider/crds/thing.yaml': definition(', note: {type: string}, more: {type: string}'), 'wider/templates/one.yaml': thing.replace('kept', '{{ .Values.note }}, more: new'),
  'widest/Chart.yaml': meta('things'), 'widest/crds/thing.yaml': definition(', note: {type: string}, more: {type: string}, most: {type: string}'), 'widest/templates/one.yaml': thing.replace('kept', '{{ .Values.note }}'),
  'narrow/Chart.yaml': meta('things'), 'narrow/crds/thing.yaml': definition(''), 'narrow/templates/one.yaml': thing.replace(', note: kept', ''),
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const helm = (...args: string[]) => runCli(args, { cwd: dir.path, env, program: [process.execPath, join(dir.path, 'helm')] })

beforeAll(() => {
  dir = folder(files)
  symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), join(dir.path, 'helm'))
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('before anything changes', () => {
  it('a dry run on the server prints what Helm prints, then every refusal with its template line; exit code 1', async () => {
    const { code, out, err } = await pintle('install', 'web', 'web', '--dry-run=server', '--set', 'bad=true,port=0')
    expect(code).toBe(1)
    expect(out).toContain('MANIFEST:\n---\n# Source: web/templates/all.yaml')
    expect(err).toContain('Error: dry run: the cluster would refuse 2 objects')
    expect(err).toContain('Deployment/web spec.template.spec.containers[name=main].imagee\n    at web/templates/all.yaml:16:11')
    expect(err).toContain('Service/web spec.ports[0].port\n    at web/templates/all.yaml:25:')
    expect(err).toContain('    > 25 |     - port: {{ .Values.port }}')
    expect((await helm('install', 'web', 'web', '--dry-run=server', '--set', 'bad=true,port=0'))).toMatchObject({ code: 0, err: '' })
    expect((await pintle('list', '-q')).out).toBe('')
  })

  it('an immutable field is refused with its line, its value and the ways out; as helm it fails where Helm fails', async () => {
    expect((await pintle('install', 'web', 'web')).code).toBe(0)
    const { code, err } = await pintle('upgrade', 'web', 'web', '--set', 'app=other')
    expect(code).toBe(1)
    expect(err.split('\n')[0]).toBe('Error: UPGRADE FAILED: server-side apply failed for object default/web apps/v1, Kind=Deployment: Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable')
    expect(err).toContain('at web/templates/all.yaml:8:')
    expect(err).toContain('    values: app\n    - keep it:')
    expect(err).toContain('hint: Nothing was changed')
    expect((await pintle('history', 'web', '-o', 'json')).out).not.toContain('"revision":2')
    const linked = await helm('upgrade', 'web', 'web', '--set', 'app=other')
    expect([linked.code, linked.err.trim().split('\n').length]).toEqual([1, 1])
    expect((await pintle('history', 'web', '-o', 'json')).out).toContain('"revision":2')
  })

  it('CRDs are not narrowed: exit code 5; a flag does it all the same', async () => {
    expect((await pintle('install', 'things', 'things')).code).toBe(0)
    const refused = await pintle('upgrade', 'things', 'narrow', '--upgrade-crds')
    expect(refused.code).toBe(5)
    expect(refused.err).toContain('CustomResourceDefinition/things.cli.pintle.dev v1: spec.note\n    at things/crds/thing.yaml\n    is not in the schema any more: its value would be dropped (in default/one)')
    // A release of another name brings them, too; `pintle release` says so before it asks for a review.
    const released = await pintle('release', 'other', 'narrow', '--plan-only')
    expect([released.code, released.err]).toEqual([5, expect.stringContaining('CustomResourceDefinition/things.cli.pintle.dev v1: spec.note')])
    // So does a plan that is to bring them up to date, and it leaves no file.
    const planned = await pintle('plan', 'things', './narrow', '--upgrade-crds', '-o', 'narrow.pintle')
    expect([planned.code, planned.err, existsSync(join(dir.path, 'narrow.pintle'))]).toEqual([5, expect.stringMatching(/v1: spec\.note[\s\S]*leave out --upgrade-crds/), false])
    const left = await pintle('upgrade', 'things', 'narrow')
    expect([left.code, left.err]).toEqual([0, expect.stringContaining('WARNING: the cluster has other CRDs than the chart: things.cli.pintle.dev;')])
    // The object gave the field up in between, so nothing is lost any more.
    expect((await pintle('upgrade', 'things', 'narrow', '--upgrade-crds')).code).toBe(0)
    expect((await pintle('upgrade', 'things', 'narrow', '--conflict', 'spec.size=yield')).err).toContain('KIND/NAME:FIELD=yield')
  })

  it('a plan and a release bring CRDs up to date when they are asked to', async () => {
    await pintle('upgrade', '--install', 'things', 'things', '--upgrade-crds')
    const note = (value: string) => ['--set', `note=${value}`]
    const without = await pintle('plan', 'things', './wider', ...note('a'))
    expect([without.code, without.err]).toEqual([5, expect.stringMatching(/\.spec\.more: field not declared in schema/)])
    const made = await pintle('plan', 'things', './wider', ...note('a'), '--upgrade-crds', '-o', 'wider.pintle', '--markdown', 'wider.md')
    expect([made.code, made.out, made.err]).toEqual([0, expect.stringMatching(/CustomResourceDefinition\/things\.cli\.pintle\.dev will change[\s\S]*more:/), expect.stringContaining('wider.pintle written')])
    expect(readFileSync(join(dir.path, 'wider.md'), 'utf8')).toContain('change CustomResourceDefinition/things.cli.pintle.dev, and wait until it is established')
    expect(await pintle('apply', 'wider.pintle', '--yes', '--stable-for', '0s')).toMatchObject({ code: 0 })
    const released = await pintle('release', 'things', './widest', ...note('b'), '--upgrade-crds', '--plan-only')
    expect([released.code, released.out]).toEqual([2, expect.stringMatching(/CustomResourceDefinition[\s\S]*most:/)])
  })

  it('lint knows custom resources by the definitions of the cluster when asked to', async () => {
    expect((await pintle('install', 'definer', 'things', '--dry-run=client')).code).toBe(0)
    await pintle('upgrade', '--install', 'things', 'things')
    const alone = await pintle('lint', 'user')
    expect([alone.code, alone.out]).toEqual([0, expect.stringContaining('cli.pintle.dev/v1 Thing')])
    const known = await pintle('lint', 'user', '--cluster-schemas')
    expect([known.code, known.out]).toEqual([1, expect.stringMatching(/templates\/one\.yaml:4.*spec\.size/)])
    expect((await pintle('template', 'user', '--validate-schemas', '--cluster-schemas')).code).toBe(1)
  })
})
