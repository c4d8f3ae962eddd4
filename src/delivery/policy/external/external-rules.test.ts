import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facts, manifests } from '../../../../test/policy/facts.ts'
import { evaluatePolicy } from '../evaluate.ts'
import type { Facts } from '../facts.ts'
import { makePolicy } from '../policy.ts'
import type { ExternalSettings } from '../settings.ts'
import { externalRules } from './external-rules.ts'
import { judgeApart } from './judge-apart.ts'

const bundle = readFileSync(join(import.meta.dirname, '../../../../test/policy/rego/services.tar.gz'))
const setting = (more: Partial<ExternalSettings>): ExternalSettings => ({ id: 'acme/x', title: 'No load balancers.', severity: 'block', reason: '', fix: '', over: 'objects', kinds: [], ...more })
const services = manifests('apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: LoadBalancer, ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: api }\nspec: { type: ClusterIP, ports: [{ port: 8080 }] }\n')

async function judge(known: Facts, ...settings: ExternalSettings[]) {
  const { rules, digests } = await externalRules(settings, () => bundle)
  const report = evaluatePolicy(known, makePolicy({ pack: 'production', rules, external: digests }))
  return report.results.map((r) => (r.status === 'violated' ? r.violations.map((v) => `${v.object?.name ?? ''}: ${v.message}`) : r.missing ?? r.status))
}

describe('CEL', () => {
  it('judges each object; a message is an expression, too', async () => {
    expect(await judge(services, setting({ cel: "object.kind != 'Service' || object.spec.type != 'LoadBalancer'" }))).toEqual([['web: No load balancers.']])
    expect(await judge(services, setting({ kinds: ['Service'], cel: "object.spec.type == 'ClusterIP'", message: "object.metadata.name + ' is a ' + object.spec.type" }))).toEqual([['web: web is a LoadBalancer']])
    expect(await judge(services, setting({ kinds: ['Deployment'], cel: 'false' }))).toEqual(['passed'])
  })

  it('knows integers, optional fields, environments and macros', async () => {
    expect(await judge(services, setting({ cel: 'object.spec.ports.all(p, p.port < 1024)' }))).toEqual([['api: No load balancers.']])
    expect(await judge(services, setting({ cel: "environment == 'prod' && service == 'shop' && !has(object.spec.clusterIP) && size(hook) == 0" }))).toEqual(['passed'])
    expect(await judge(services, setting({ cel: "object.spec.?type.orValue('') != 'LoadBalancer'" }))).toEqual([['web: No load balancers.']])
  })

  it('compares quantities as Kubernetes does', async () => {
    const pod = (memory: string) => manifests(`apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, resources: { limits: { memory: ${memory} } } }] }\n`)
    const rule = setting({ cel: "object.spec.containers.all(c, quantity(c.resources.limits.memory).isLessThan(quantity('1Gi')))" })
    expect(await judge(pod('1023Mi'), rule)).toEqual(['passed'])
    expect(await judge(pod('1024Mi'), rule)).toEqual([['p: No load balancers.']])
    expect(await judge(pod('1'), setting({ cel: "object.spec.containers.all(c, quantity(c.resources.limits.memory).compareTo(quantity(1)) == 0)" }))).toEqual(['passed'])
    expect(await judge(pod('much'), rule)).toEqual([[expect.stringContaining('"much" is no quantity')]])
  })

  it('over facts', async () => {
    expect(await judge(services, setting({ over: 'facts', cel: 'size(facts.manifests.objects) < 2' }))).toEqual([[': No load balancers.']])
    expect(await judge(facts(), setting({ over: 'facts', cel: '!has(facts.manifests)' }))).toEqual(['passed'])
  })

  it('what cannot be judged does not pass: absent fields, other results', async () => {
    expect(await judge(services, setting({ cel: 'object.spec.nothing == 1' }))).toEqual([[expect.stringMatching(/^web: the expression cannot be judged here: .*nothing/), expect.stringContaining('api: ')]])
    expect(await judge(services, setting({ cel: 'object.spec.type' }))).toEqual([[expect.stringContaining('it gives string, not true or false'), expect.anything()]])
    expect(await judge(facts(), setting({ cel: 'true' }))).toEqual(['the rendered manifests'])
  })

  it('refuses what is no CEL, and an id that is there twice', async () => {
    await expect(externalRules([setting({ cel: 'object.spec.(' })], () => bundle)).rejects.toMatchObject({ code: 'config.invalid', message: expect.stringContaining('acme/x: ') })
    await expect(externalRules([setting({ cel: 'true', message: '"a' })], () => bundle)).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(externalRules([setting({ cel: 'true' }), setting({ cel: 'false' })], () => bundle)).rejects.toMatchObject({ code: 'config.invalid', message: 'there are two external rules acme/x' })
    await expect(externalRules([setting({ cel: `${'('.repeat(500)}true${')'.repeat(500)}` })], () => bundle)).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('ends what does not end, and still judges the others', () => {
    const object = { kind: 'ConfigMap', text: `${'a'.repeat(40)}!`, many: Array.from({ length: 300 }, (_, i) => i) }
    const input = { objects: [{ object, hook: [], source: '' }], facts: {}, environment: '', service: '' }
    const slow = { id: 'a/regex', over: 'objects', kinds: [], cel: "!object.text.matches('^(a+)+$')" } as const
    const nested = { ...slow, id: 'a/nested', cel: 'object.many.all(a, object.many.all(b, object.many.all(c, object.many.all(d, a + b + c + d >= 0))))' } as const
    const began = Date.now()
    const answers = judgeApart([slow, nested, { ...slow, id: 'a/fine', cel: 'object.kind == "ConfigMap"' }], input, { perRule: 300, start: 3000 })
    expect(Date.now() - began).toBeLessThan(15_000)
    expect(answers.get('a/nested')).toEqual({ failure: 'it did not end within 0.3 s, or needs too much memory' })
    expect(answers.get('a/fine')).toEqual({ violations: [] })
    expect(answers.has('a/regex')).toBe(true)
  }, 30_000)
})

describe('Rego', () => {
  const rego = setting({ rego: 'services.tar.gz', entrypoint: 'acme/deny' })

  it('judges each object by a bundle of the real opa, with its data', async () => {
    expect(await judge(services, rego)).toEqual([['web: Services of type LoadBalancer are not allowed in prod']])
    expect(await judge(services, setting({ rego: 'x', entrypoint: 'acme/deny', kinds: ['Deployment'] }))).toEqual(['passed'])
  })

  it('takes the .wasm alone', async () => {
    const tar = gunzipSync(bundle)
    const { readArchive } = await import('../../../charts/chart/index.ts')
    const wasm = readArchive(bundle).find((f) => f.name === 'policy.wasm')!.bytes
    expect(tar.length).toBeGreaterThan(wasm.length)
    const { rules } = await externalRules([rego], () => wasm)
    // Without its data nothing is forbidden.
    expect(rules[0]!.check(services)).toEqual([])
  })

  it('tells an entrypoint that is not there, and files that are no policies', async () => {
    expect(await judge(services, setting({ rego: 'x', entrypoint: 'acme/allow' }))).toEqual([[expect.stringMatching(/^: the rule could not judge this: .*acme\/allow/)]])
    for (const bytes of [Buffer.from('package acme'), Buffer.from([0x1f, 0x8b, 1, 2]), Buffer.alloc(0)]) await expect(externalRules([rego], () => bytes)).rejects.toMatchObject({ code: 'config.invalid', message: expect.stringContaining('services.tar.gz is no compiled policy') })
    const broken = Buffer.from([0, 0x61, 0x73, 0x6d, 9, 9, 9, 9])
    const { rules } = await externalRules([rego], () => broken)
    expect(rules[0]!.check(services)).toEqual([{ message: expect.stringContaining('could not judge') }])
  })
})

it('has digests of what decides', async () => {
  const digest = async (more: Partial<ExternalSettings>) => (await externalRules([setting(more)], () => bundle)).digests['acme/x']
  const all = await Promise.all([{ cel: 'true' }, { cel: 'false' }, { cel: 'true', message: "'x'" }, { cel: 'true', kinds: ['A'] }, { cel: 'true', over: 'facts' as const }, { rego: 'x' }, { rego: 'x', entrypoint: 'a/b' }].map(digest))
  expect(new Set(all).size).toBe(all.length)
  expect(await digest({ cel: 'true', title: 'another' })).toBe(all[0])
})
