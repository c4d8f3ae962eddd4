import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeUtf8 } from '../../language/go/index.ts'
import { expandArchive } from './expand-archive.ts'
import { tarOf } from './tar-writer.ts'

let root: string
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'pintle-expand-')) })
afterEach(() => rmSync(root, { recursive: true }))

const archive = (files: Record<string, string>): Uint8Array => gzipSync(tarOf(Object.entries(files).map(([name, text]) => ({ name, bytes: encodeUtf8(text), modified: 0 }))))
const chartYaml = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`

test('files below a folder of the name that Chart.yaml says', () => {
  expect(expandArchive(root, archive({ 'x/Chart.yaml': chartYaml('app'), 'x/templates/a.yaml': 'a', 'y/b': 'b' }))).toBe(join(root, 'app'))
  expect(readdirSync(join(root, 'app'), { recursive: true }).sort()).toEqual(['Chart.yaml', 'b', 'templates', 'templates/a.yaml'])
})

test.each([
  ['..', 'chart name ".." is not allowed'], ['.', 'chart name "." is not allowed'], ['a/b', 'chart name "a/b" must not contain path separators'], ['../out', 'chart name "../out" must not contain path separators'], ['/abs', 'chart name "/abs" must not contain path separators'], ['""', 'chart name not specified'], ['[', 'cannot load Chart.yaml: '],
])('the name %s is refused', (name, message) => {
  expect(() => expandArchive(root, archive({ 'x/Chart.yaml': chartYaml(name) }))).toThrow(message)
  expect(readdirSync(root)).toEqual([])
})

test.each([['x/../../out', 'chart illegally references parent directory'], ['x//etc/out', 'chart illegally contains absolute paths'], ['x/..', 'chart illegally']])('the file %s is refused, and nothing written', (name, message) => {
  expect(() => expandArchive(root, archive({ 'x/Chart.yaml': chartYaml('app'), [name]: 'x' }))).toThrow(message)
  expect(readdirSync(root)).toEqual([])
})

test('links that are there already do not lead out', () => {
  const outside = mkdtempSync(join(tmpdir(), 'pintle-outside-'))
  try {
    mkdirSync(join(root, 'app'))
    symlinkSync(outside, join(root, 'app/templates'))
    symlinkSync(join(outside, 'file'), join(root, 'app/values.yaml'))
    expandArchive(root, archive({ 'x/Chart.yaml': chartYaml('app'), 'x/templates/a.yaml': 'a', 'x/values.yaml': 'b' }))
    expect(readdirSync(outside)).toEqual([])
    expect(readFileSync(join(root, 'app', outside, 'a.yaml'), 'utf8')).toBe('a')
    expect(existsSync(join(outside, 'file'))).toBe(false)
  } finally {
    rmSync(outside, { recursive: true })
  }
})
