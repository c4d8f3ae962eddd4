import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { approvalFileName, approvalsFolder, readApprovalDocuments } from './approvals-folder.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'pintle-approvals-')) })
afterEach(() => rmSync(dir, { recursive: true }))

test.each([
  ['alice@acme', 'alice@acme.dsse.json'], ['github:octo-cat', 'github%3Aocto-cat.dsse.json'], ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd.dsse.json'], ['.hidden', '%2Ehidden.dsse.json'], ['-rf', '%2Drf.dsse.json'], ['a%2Fb', 'a%252Fb.dsse.json'],
  ['Ünal', '%C3%9Cnal.dsse.json'],
])('%s is kept in %s', (identity, file) => {
  expect(approvalFileName(identity, '.dsse.json')).toBe(file)
})

test('long names stay apart', () => {
  const [a, b] = [approvalFileName('x'.repeat(200), '.dsse.json'), approvalFileName(`${'x'.repeat(199)}y`, '.dsse.json')]
  expect(a).not.toBe(b)
  expect(a.length).toBeLessThan(200)
})

test('a folder, files, and what is neither', () => {
  const folder = approvalsFolder(join(dir, 'plan'))
  expect(readApprovalDocuments([folder])).toEqual([])
  mkdirSync(folder)
  writeFileSync(join(folder, 'b.dsse.json'), 'B')
  writeFileSync(join(folder, 'a.sigstore.json'), 'A')
  writeFileSync(join(folder, 'notes.txt'), 'no approval')
  writeFileSync(join(dir, 'c.json'), 'C')
  expect(readApprovalDocuments([folder, join(dir, 'c.json')])).toEqual([{ name: 'a.sigstore.json', text: 'A' }, { name: 'b.dsse.json', text: 'B' }, { name: join(dir, 'c.json'), text: 'C' }])
  expect(() => readApprovalDocuments([join(dir, 'absent.json')])).toThrow('there is no approval')
})

test('pipes, folders, dangling links and huge files are not waited for and not read', () => {
  execFileSync('mkfifo', [join(dir, 'pipe.dsse.json')])
  mkdirSync(join(dir, 'folder.dsse.json'))
  symlinkSync('/nonexistent', join(dir, 'link.dsse.json'))
  writeFileSync(join(dir, 'huge.dsse.json'), '')
  truncateSync(join(dir, 'huge.dsse.json'), 1 << 30)
  expect(readApprovalDocuments([dir]).map((d) => d.text)).toEqual(['', '', '', ''])
})
