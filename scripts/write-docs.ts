/** Writes generated documents and tables; with --check, fails when a file is not what would be written, or is left over. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorsPage } from './docs/errors-page.ts'
import { rulePages } from './docs/rule-pages.ts'

const wanted = new Map([['docs/errors.md', errorsPage()], ...(await rulePages())])
const stale = [...wanted].filter(([file, text]) => read(file) !== text).map(([file]) => file)
const left = filesBelow('docs/rules').filter((file) => !wanted.has(file))

if (process.argv.includes('--check')) {
  for (const file of [...stale, ...left]) console.error(`${file} is out of date: run \`npm run docs\``)
  if (stale.length + left.length > 0) process.exit(1)
} else {
  for (const file of stale) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, wanted.get(file)!)
  }
  for (const file of left) rmSync(file)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
  } catch {
    return []
  }
}
