import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marshalPlain, parseDocument, positions, parsePath, setString, type Edit, type EditOptions } from './index.ts'

const digest = 'sha256:bbbb'
function set(text: string, path: string, value = digest, options: EditOptions = {}): Edit {
  const steps = parsePath(path)
  if (typeof steps === 'string') throw new Error(steps)
  return setString(text, steps, value, options)
}
function changed(text: string, path: string, options?: EditOptions, value?: string): string {
  const edit = set(text, path, value, options)
  if (edit.kind !== 'changed') throw new Error(JSON.stringify(edit))
  return edit.text
}

describe('the one string changes, every other byte stays', () => {
  const cases: [name: string, text: string, path: string, from: string, to: string][] = [
    ['plain with a comment', '# top\nimage:\n  repository: web   # mine\n  digest: sha256:aaaa # pinned\n', 'image.digest', 'sha256:aaaa', digest],
    ['double quotes', 'image: {repository: "web", digest: "sha256:aaaa"} # x\n', 'image.digest', '"sha256:aaaa"', `"${digest}"`],
    ['single quotes', "image:\n    digest:   'sha256:aaaa'\n    tag: ''\n", 'image.digest', "'sha256:aaaa'", `'${digest}'`],
    ['windows line ends', 'a: 1\r\nimage:\r\n  digest: sha256:aaaa\r\n  tag: x\r\n', 'image.digest', 'sha256:aaaa', digest],
    ['no line end at the end', 'image:\n  digest: sha256:aaaa', 'image.digest', 'sha256:aaaa', digest],
    ['flow over lines', 'image: {\n  digest: sha256:aaaa,\n  tag: v1,\n}\n', 'image.digest', 'sha256:aaaa', digest],
    ['an anchor stays', 'image:\n  digest: &d sha256:aaaa\nother: 1\n', 'image.digest', 'sha256:aaaa', digest],
    ['a tag stays', 'image:\n  digest: !!str sha256:aaaa\n', 'image.digest', 'sha256:aaaa', digest],
    ['a number becomes text', 'image:\n  digest: 12\n', 'image.digest', '12', digest],
    ['null', 'image:\n  digest: ~ # none yet\n', 'image.digest', '~', digest],
    ['sequence of mappings', 'images:\n- name: db\n  digest: sha256:0000\n- name: web\n  digest: sha256:aaaa\n', 'images[name=web].digest', 'sha256:aaaa', digest],
    ['index', 'c:\n  - image: a\n  - image: sha256:aaaa\n', 'c[1].image', 'sha256:aaaa', digest],
    ['keys with dots', 'annotations:\n  "a.b/c": sha256:aaaa\n', 'annotations.a\\.b/c', 'sha256:aaaa', digest],
    ['second document', 'kind: A\n---\nkind: B\nimage: {digest: sha256:aaaa}\n', 'image.digest', 'sha256:aaaa', digest],
    ['tabs, wide characters and a BOM', '\ufeffname: "日本 🚀"\t# é\nimage: { digest:\tsha256:aaaa\t}\n', 'image.digest', 'sha256:aaaa', digest],
    ['explicit keys', '? image\n: ? digest\n  : sha256:aaaa\n', 'image.digest', 'sha256:aaaa', digest],
    ['JSON', '{"image":{"digest":"sha256:aaaa","tag":null}}', 'image.digest', '"sha256:aaaa"', `"${digest}"`],
    ['text with the same words around it', 'note: |\n  image:\n    digest: sha256:aaaa0\nimage:\n  digest: sha256:aaaa\n', 'image.digest', 'sha256:aaaa\n', `${digest}\n`],
  ]
  it.each(cases)('%s', (_, text, path, from, to) => {
    const at = text.lastIndexOf(from)
    expect(changed(text, path)).toBe(text.slice(0, at) + to + text.slice(at + from.length))
  })

  it('an empty value is filled, before its comment', () => {
    expect(changed('image:\n  digest:   # soon\n', 'image.digest')).toBe(`image:\n  digest: ${digest}   # soon\n`)
    expect(changed('image:\n  digest: ""\n', 'image.digest')).toBe(`image:\n  digest: "${digest}"\n`)
    expect(changed('image:\n  digest: &d\n', 'image.digest')).toBe(`image:\n  digest: &d ${digest}\n`)
  })
  it('quotes where plain text would mean something else', () => {
    expect(changed('a: x\n', 'a', {}, '12')).toBe('a: "12"\n')
    expect(changed('a: x\n', 'a', {}, 'true')).toBe('a: "true"\n')
    expect(changed('a: x\n', 'a', {}, 'b: c # d')).toBe('a: "b: c # d"\n')
    expect(changed("a: 'x'\n", 'a', {}, "it's")).toBe("a: 'it''s'\n")
    expect(changed('a: x\n', 'a', {}, 'l1\nl2\u0007')).toBe('a: "l1\\nl2\\u0007"\n')
  })
  it('says what it was and where, and how many aliases mean it too', () => {
    expect(set('base: &b\n  digest: sha256:aaaa\none: *b\ntwo: {<<: *b}\n', 'base.digest')).toMatchObject({ kind: 'changed', line: 2, before: 'sha256:aaaa', aliases: 2, document: 1 })
  })
})

describe('nothing changes', () => {
  it('when it is so already, whatever the quotes', () => {
    for (const text of [`a: ${digest}`, `a: "${digest}"`, `a: '${digest}' # x`]) expect(set(text, 'a')).toMatchObject({ kind: 'same', line: 1 })
  })
  it('when it is missing: how far the path leads', () => {
    expect(set('image:\n  tag: v1\n', 'image.digest')).toEqual({ kind: 'missing', found: 1, line: 1, merged: false, documents: 1 })
    expect(set('image:\n  <<: *b\n'.replace('*b', '{digest: x}'), 'image.digest')).toMatchObject({ kind: 'missing', merged: true })
    expect(set('', 'image.digest')).toMatchObject({ kind: 'missing', found: 0 })
  })
  it.each([
    ['an alias', 'x: &x sha256:aaaa\nimage: {digest: *x}\n', 'image.digest', 'alias \\*x'],
    ['behind an alias', 'x: &x {digest: sha256:aaaa}\nimage: *x\n', 'image.digest', 'alias \\*x'],
    ['a mapping', 'image: {digest: {a: 1}}\n', 'image.digest', 'a mapping'],
    ['text over several lines', 'image:\n  digest: |\n    sha256:aaaa\n', 'image.digest', 'several lines'],
    ['a key that stands twice', 'image:\n  digest: a\n  digest: b\n', 'image.digest', '2 times'],
    ['two documents that have it', 'a: 1\n---\na: 2\n', 'a', '2 documents'],
    ['two items of one name', 'i:\n- {n: w, d: 1}\n- {n: w, d: 2}\n', 'i[n=w].d', '2 items'],
    ['a tag that text does not fit', 'a: !!int 1\n', 'a', 'by hand'],
    ['a key of a flow mapping without a value', 'a: {b, c: 1}\n', 'a.b', 'by hand'],
  ])('%s is refused', (_, text, path, why) => {
    expect(set(text, path)).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) as string })
  })
  it('text that is no YAML is an error with its line', () => {
    expect(() => set('a: [1\nb: 2\n', 'a')).toThrow(/line/)
  })
})

describe('a member is added when asked', () => {
  it.each([
    ['to a block', 'image:\n  tag: v1 # t\nother: 1\n', 'image.digest', `image:\n  tag: v1 # t\n  digest: ${digest}\nother: 1\n`],
    ['behind text over several lines', 'image:\n  note: |\n    a\n    b\nother: 1\n', 'image.digest', `image:\n  note: |\n    a\n    b\n  digest: ${digest}\nother: 1\n`],
    ['to braces', 'image: {tag: v1} # x\n', 'image.digest', `image: {tag: v1, digest: ${digest}} # x\n`],
    ['to empty braces', 'image: {}\n', 'image.digest', `image: {digest: ${digest}}\n`],
    ['below an empty value', 'image: # none\nother: 1\n', 'image.digest', `image: # none\n  digest: ${digest}\nother: 1\n`],
    ['with all around it', 'a: 1', 'b.image.digest', `a: 1\nb:\n  image:\n    digest: ${digest}`],
    ['to nothing', '# only a comment\n', 'image.digest', `# only a comment\nimage:\n  digest: ${digest}\n`],
    ['with windows line ends', 'image:\r\n    tag: v1\r\n', 'image.digest', `image:\r\n    tag: v1\r\n    digest: ${digest}\r\n`],
    ['as an item', 'images:\n- name: db\n  newTag: "1"\n', 'images[name=web].digest', `images:\n- name: db\n  newTag: "1"\n- name: web\n  digest: ${digest}\n`],
    ['as an item of nothing', 'kind: Kustomization\n', 'images[name=web].digest', `kind: Kustomization\nimages:\n- name: web\n  digest: ${digest}\n`],
  ])('%s', (_, text, path, expected) => {
    expect(changed(text, path, { add: true })).toBe(expected)
  })
  it('not where a value stands in the way', () => {
    expect(set('image: web:1\n', 'image.digest', digest, { add: true })).toMatchObject({ kind: 'refused', why: expect.stringContaining('value stands') as string })
  })
  it('to the document that was named', () => {
    expect(set('a: 1\n---\nb: 1\n', 'c', digest, { add: true })).toMatchObject({ kind: 'refused' })
    expect(changed('a: 1\n---\nb: 1\n', 'c', { add: true, document: 2 })).toBe(`a: 1\n---\nb: 1\nc: ${digest}\n`)
  })
})

describe('paths', () => {
  it('that are none', () => {
    for (const text of ['', 'a.', '.a', 'a..b', 'a[', 'a[b]', 'a]b', 'a[0]b']) expect(parsePath(text), text).toBeTypeOf('string')
  })
})

describe('any document', () => {
  const key = fc.stringMatching(/^[a-zA-Z_.\/ #:-]{1,6}$/).filter((k) => k !== '<<' && k !== '__proto__')
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(key, tie('tree'), { maxKeys: 4 })),
  }))
  it('one place changes and nothing else means anything else', () => {
    let changes = 0
    fc.assert(fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), fc.string({ maxLength: 20 }), fc.nat(), fc.boolean(), (json, value, pick, json5) => {
      const text = json5 ? JSON.stringify(json, undefined, 1) : marshalPlain(json).replaceAll('\n', pick % 2 ? '\r\n' : '\n')
      const places = [...positions(text)].filter((p) => p.path.length > 0)
      const { path } = places[pick % places.length]!
      const edit = setString(text, path, value)
      if (edit.kind !== 'changed') return
      changes++
      const want = parseDocument(text) as any
      const parent = path.slice(0, -1).reduce((at, k) => at[k], want)
      parent[path.at(-1)!] = value
      expect(parseDocument(edit.text)).toEqual(want)
    }), { numRuns: 500 })
    expect(changes).toBeGreaterThan(100)
  })
})
