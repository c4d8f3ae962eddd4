/** Writes docs/errors.md from the table of error codes; with --check, fails when the file is not what would be written. */
import { readFileSync, writeFileSync } from 'node:fs'
import { errorCodes } from '../src/errors/index.ts'

const rows = Object.entries(errorCodes).sort(([a], [b]) => (a < b ? -1 : 1))
const text = [
  '# Errors',
  '',
  'Every error Pintle throws on purpose has one of these codes (`error.code` in the library, `code` in JSON output). The message itself is the text Helm, Go or',
  'Kubernetes prints for the same condition. This page is generated from `src/errors/codes.ts` by `npm run docs`.',
  '',
  ...rows.flatMap(([code, info]) => [`## ${code}`, '', info.summary, '', `**What to try:** ${info.fix}`, '']),
].join('\n')

if (!process.argv.includes('--check')) writeFileSync('docs/errors.md', text)
else {
  let found = ''
  try {
    found = readFileSync('docs/errors.md', 'utf8')
  } catch {
    // reported below
  }
  if (found !== text) {
    console.error('docs/errors.md is out of date: run `npm run docs`')
    process.exit(1)
  }
}
