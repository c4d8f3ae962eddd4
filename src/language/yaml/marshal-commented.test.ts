import { expect, it } from 'vitest'
import { marshalCommented, type OutNode } from './index.ts'

const text = (value: string, comments: Partial<OutNode> = {}): OutNode => ({ kind: 'string', text: value, ...comments })
const map = (...content: OutNode[]): OutNode => ({ kind: 'mapping', content })
const list = (...content: OutNode[]): OutNode => ({ kind: 'sequence', content })

/** As goyaml.v3 (v3.0.4) writes them, but for the indentation that a block in a list names. */
it.each<[string, OutNode, string]>([
  ['heads, lines and feet', map(text('a', { head: '# head', foot: '# foot' }), text('b', { line: '# line' }), text('c'), list(text('d', { head: '# item' }))), '# head\na: b # line\n# foot\n\nc:\n    # item\n    - d\n'],
  ['the line of a block is that of its mark', map(text('a'), text('x\ny\n', { line: '# line' })), 'a: | # line\n    x\n    y\n'],
  ['the foot of the last key closes its map', map(text('a'), map(text('b', { foot: '# of b' }), text('c')), text('d'), text('e')), 'a:\n    b: c\n    # of b\nd: e\n'],
  ['what follows a list goes to the next key', map(text('a'), { ...list(text('b')), line: '# late' }, text('c'), map(text('d'), text('e'))), 'a:\n    - b\nc: # late\n    d: e\n'],
  ['maps in lists are two deeper, all else a level', map(text('a'), list(map(text('b'), map(text('c'), list(text(' x\ny')))))), 'a:\n    - b:\n        c:\n            - |2-\n               x\n              y\n'],
  ['a merge key keeps its tag', map(text('<<'), map(text('a'), text('<<'))), '!!merge <<:\n    a: !!merge <<\n'],
  ['a map of comments only', map(text('a'), { kind: 'mapping', content: [], head: '# all' }), 'a: {\n    # all\n}\n'],
  ['what is due behind an empty map, and behind a map', map(text('a'), { ...map(), line: '# l', foot: '# f' }, text('b'), { ...map(text('x'), text('y')), line: '# m' }, text('c'), text('d')), 'a: {} # l\n# f\n\nb:\n    x: "y"\nc: d # m\n'],
])('%s', (_, node, expected) => {
  expect(marshalCommented([node], 4)).toBe(expected)
})

it('documents begin with a mark but for the first, and indentation can be set', () => {
  expect(marshalCommented([map(text('a'), list(text('b'))), map(text('c', { head: '# c' }), text('d'))], 2)).toBe('a:\n  - b\n---\n# c\nc: d\n')
  expect(marshalCommented([map(text('a'), list(text('b')))], 12)).toBe('a:\n  - b\n')
})
