import { expect, test } from 'vitest'
import type { Value } from '../../language/go/index.ts'
import { marshal } from '../../language/yaml/index.ts'
import { ChartFile } from './chart-file.ts'
import { FilesObject } from './files-object.ts'

const files = FilesObject.of([
  ChartFile.fromText('config/a.ini', 'x = 1\ny = 2\n'),
  ChartFile.fromText('config/b.txt', 'one'),
  ChartFile.fromBytes('bin/c', Uint8Array.from([0xef, 0xbb, 0xbf, 0xff, 0x00])),
], (v) => marshal(v).replace(/\n$/, ''))

const call = (name: string, ...args: Value[]): Value => files.method(name)!.call(args)

test('files by name', () => {
  expect(call('Get', 'config/a.ini')).toBe('x = 1\ny = 2\n')
  expect(call('Get', 'missing')).toBe('')
  expect(call('GetBytes', 'bin/c')).toEqual(Uint8Array.from([0xff, 0x00]))
  expect(call('GetBytes', 'missing')).toEqual(new Uint8Array(0))
  expect(files.get('config/b.txt')).toEqual(new TextEncoder().encode('one'))
  expect([...(call('Lines', 'config/a.ini') as Value[])]).toEqual(['x = 1', 'y = 2'])
  expect([...(call('Lines', 'missing') as Value[])]).toEqual([])
})

test('files as data of ConfigMaps and Secrets, by base name', () => {
  const config = (call('Glob', 'config/*') as FilesObject)
  expect(config.method('AsConfig')!.call([])).toBe('a.ini: |\n  x = 1\n  y = 2\nb.txt: one')
  expect(config.method('AsSecrets')!.call([])).toBe('a.ini: eCA9IDEKeSA9IDIK\nb.txt: b25l')
  expect((call('Glob', 'none') as FilesObject).method('AsConfig')!.call([])).toBe('{}')
  expect(files.method('Nope')).toBeUndefined()
})
