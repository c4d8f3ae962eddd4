import { expect, it } from 'vitest'
import { readCommented, type YamlNode } from './index.ts'

/** Every comment with the node that has it, as goyaml.v3 (v3.0.4) attaches them. */
function comments(text: string): string[] {
  const out: string[] = []
  const walk = (node: YamlNode): void => {
    for (const place of ['head', 'line', 'foot'] as const) if (node[place] !== '') out.push(`${node.kind} ${node.value} ${place}: ${node[place]}`.replaceAll('\n', ' / '))
    node.content.forEach(walk)
  }
  readCommented(text).forEach(walk)
  return out
}

it.each<[string, string, string[]]>([
  ['the line above, the line itself', '# above\na: 1 # one\n', ['scalar a head: # above', 'scalar 1 line: # one']],
  ['an empty line below makes a foot', 'a: 1\n# of a\n\nb: 2\n', ['scalar a foot: # of a']],
  ['without one it is the next head', 'a: 1\n# of b\nb: 2\n', ['scalar b head: # of b']],
  ['an empty line above parts the document from its first key', '# document\n\n# key\na: 1\n', ['document  head: # document', 'scalar a head: # key']],
  ['dedented feet belong to the parent', 'a:\n  b: 1\n  # of b\n# of a\n\nc: 1\n', ['scalar a foot: # of a', 'scalar b foot: # of b']],
  ['the end of a document', '---\na: 1\n# end\n---\nb: 1\n', ['document  foot: # end']],
  ['items', 'a:\n# one\n- x # it\n# two\n- b: 1\n', ['scalar x head: # one', 'scalar x line: # it', 'mapping  head: # two']],
  ['a dash alone', '- # behind\n  a: 1\n', ['scalar a head: # behind']],
  ['in brackets', 'a: [1, # one\n  2 # two\n  ]\n', ['scalar 1 line: # one', 'scalar 2 line: # two']],
  ['literal blocks', 'a: | # said\n  # text\n  b\n# next\nc: 1\n', ['scalar # text / b /  line: # said', 'scalar c head: # next']],
])('%s', (_, text, expected) => {
  expect(comments(text)).toEqual(expected)
})

it('keeps tags, anchors and what was written', () => {
  const [document] = readCommented("a: &x 'it''s'\nb: *x\nc: !!str 1\nd: [0x1F, 2020-01-01, ~, yes]\n")
  const [, a, , b, , c, , d] = document!.content[0]!.content
  expect(a).toMatchObject({ tag: '!!str', value: "it's", source: "&x 'it''s'", anchor: 'x' })
  expect(b!.alias).toBe(a)
  expect(c!.tag).toBe('!!str')
  expect(d!.content.map((node) => node.tag)).toEqual(['!!int', '!!timestamp', '!!null', '!!str'])
  expect(d!.flow).toBe(true)
})

it('refuses what is no YAML', () => {
  expect(() => readCommented('a: *nobody\n')).toThrow("yaml: unknown anchor 'nobody' referenced")
  expect(() => readCommented('a: [')).toThrow(/yaml: line/)
  expect(() => readCommented('['.repeat(20000))).toThrow(/depth/)
})
