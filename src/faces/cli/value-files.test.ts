import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readValueFiles } from './value-files.ts'

test('of a script what it gives counts, for the environment; what is not here is left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-files-'))
  const [script, yaml] = [join(folder, 'a.ts'), join(folder, 'b.yaml')]
  writeFileSync(script, 'export default ({ environment = "none" }: { environment?: string }) => ({ environment })')
  writeFileSync(yaml, 'a: 1\n')
  const read = async (environment?: string) => (await readValueFiles([script, yaml, '-', join(folder, 'gone.yaml')], environment === undefined ? {} : { environment })).map((f) => [f.file, Buffer.from(f.bytes).toString(), f.isScript])
  expect(await read('prod')).toEqual([[script, '{"environment":"prod"}', true], [yaml, 'a: 1\n', false]])
  expect((await read(''))[0]![1]).toBe('{"environment":"none"}')
})
