import { expect, test } from 'vitest'
import { toPlain } from '../../../language/yaml/index.ts'
import { hclValues } from './hcl-values.ts'

const read = async (...texts: string[]): Promise<unknown> => toPlain(await hclValues(texts.map((text, i) => ({ path: `${i + 1}.hcl`, text }))))

test('files together: locals of their own, values of all', async () => {
  expect(await read('locals {\n  me = "one"\n}\nvalues {\n  a = local.me\n  b = hv.c\n}\n', 'locals {\n  me = "two"\n}\nvalues {\n  c = "${local.me}!"\n  a = local.me\n}\n')).toEqual({ a: 'two', b: 'two!', c: 'two!' })
})

test('a file without values', async () => {
  expect(await read('# nothing\n')).toEqual({})
})

test.each([
  ['values {\n  a = local.b\n}\n', '1.hcl:2,12-14: Unsupported attribute'],
  ['values {\n', 'Unclosed configuration block'],
  ['values {\n  a = [1\n}\n', 'Missing item separator'],
  ['values {\n  a = 1 b = 2\n}\n', 'Missing newline after argument'],
  [`values {\n  a = ${'('.repeat(5000)}1${')'.repeat(5000)}\n}\n`, 'nested more than 200 levels deep'],
  ['values {\n  a = [for a in range(1024) : [for b in range(1024) : a]]\n}\n', 'More than 1000000 items'],
  ['values {\n  a = range(100000)\n}\n', 'more than 1024 values were generated'],
])('%#', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message)
})

test('__proto__ is a name like any other', async () => {
  const values = await hclValues([{ path: 'a.hcl', text: 'values {\n  __proto__ = { x = 1 }\n}\n' }])
  expect([...values.keys()]).toEqual(['__proto__'])
  expect(({} as { x?: number }).x).toBeUndefined()
})
