import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build, buildOver, overlaid } from './index.ts'

const inMemory = (files: Record<string, string>) => ({ files: overlaid(new Map(Object.entries(files).map(([path, text]) => [`/x/${path}`, text]))) })
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n'

describe('hostile kustomizations', () => {
  it('bounds what aliases stand for', async () => {
    const laughs = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`)].join('\n')
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': `${configMap}${laughs}\n` }))).rejects.toThrow(/aliases of a document stand for more than/)
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': `${configMap}a: &a {b: *a}\n` }))).rejects.toThrow(/contains itself/)
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': `${configMap}a: &a {<<: *a}\n` }))).rejects.toThrow(/itself/)
  })

  it('bounds depth', async () => {
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': `${configMap}a: ${'['.repeat(5000)}${']'.repeat(5000)}\n` }))).rejects.toThrow(/exceeded max depth/)
    const deep = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`${i}/kustomization.yaml`, `resources: [../${i + 1}]`]))
    await expect(build('/x/0', inMemory(deep))).rejects.toThrow(/more than 100 deep/)
  })

  it('bounds a tree of kustomizations that use one another twice', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}/kustomization.yaml`, `resources: [../${i + 1}, ../${i + 1}-b]\nnamePrefix: a-\n`]))
    for (let i = 1; i < 31; i++) files[`${i}-b/kustomization.yaml`] = `resources: [../${i + 1}, ../${i + 1}-b]\nnamePrefix: b-\n`
    for (const leaf of ['30', '30-b']) files[`${leaf}/kustomization.yaml`] = 'nameSuffix: -z\n'
    await expect(build('/x/0', inMemory(files))).rejects.toThrow('more than 5000 kustomizations')
  })

  it('follows no link out of the kustomization', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kustomize-links-')))
    try {
      mkdirSync(join(folder, 'k'))
      writeFileSync(join(folder, 'secret.yaml'), configMap)
      symlinkSync('../secret.yaml', join(folder, 'k/link.yaml'))
      writeFileSync(join(folder, 'k/kustomization.yaml'), 'resources: [link.yaml]\nconfigMapGenerator: []\n')
      await expect(build(join(folder, 'k'))).rejects.toThrow(`security; file '${folder}/k/link.yaml' is not in or below '${folder}/k'`)
      writeFileSync(join(folder, 'k/kustomization.yaml'), 'configMapGenerator: [{name: x, files: [link.yaml]}]\n')
      await expect(build(join(folder, 'k'))).rejects.toThrow('is not in or below')
      symlinkSync('loop', join(folder, 'k/loop'))
      writeFileSync(join(folder, 'k/kustomization.yaml'), 'resources: [loop]\n')
      await expect(build(join(folder, 'k'))).rejects.toThrow('too many levels of symbolic links')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('takes __proto__ for a key', async () => {
    const [made] = await build('/x', inMemory({
      'kustomization.yaml': 'resources: [r.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - {op: add, path: /data/__proto__, value: polluted}\n    - {op: add, path: /data/constructor, value: c}\n', 'r.yaml': `${configMap}data: {a: b}\n`,
    }))
    expect(made!.yaml).toContain('__proto__: polluted')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('answers expressions in bounded time', async () => {
    const started = Date.now()
    await build('/x', inMemory({ 'kustomization.yaml': `resources: [r.yaml]\npatches: [{target: {name: "(a*)*b"}, patch: "{apiVersion: v1, kind: X, metadata: {name: x}}"}]\nimages: [{name: "(x+x+)+y", newTag: a}]`, 'r.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: ${'a'.repeat(60)}}\nspec: {containers: [{image: ${'x'.repeat(60)}}]}\n` }))
    expect(Date.now() - started).toBeLessThan(3000)
  })

  it('fetches nothing unless it is told how, and stops when it is told to', async () => {
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: ["https://example.com/a.yaml"]' }))).rejects.toThrow('is not fetched here')
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: ["github.com/a/b?ref=c"]' }))).rejects.toThrow('is not fetched here')
    await expect(build('/x', { ...inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': configMap }), signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })

  it('does not lose what was rendered', async () => {
    const files = inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': configMap })
    await expect(buildOver('/x', configMap, files)).rejects.toThrow('no kustomization of /x has a resource manifests.yaml')
    expect((await buildOver('/x', configMap.replace('x', 'rendered'), { ...files, file: 'r.yaml' })).map((one) => one.name)).toEqual(['rendered'])
  })

  it('shows no Secret in an error', async () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {password: hunter2, 1: a}\n'
    await expect(build('/x', inMemory({ 'kustomization.yaml': 'resources: [r.yaml]', 'r.yaml': text }))).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }) as Error)
  })
})
