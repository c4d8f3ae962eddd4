/** `template` and command lines that need no cluster: Helm 4 and Pintle must say the same, byte for byte, and leave the same files. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { folder } from '../cli/run-cli.ts'
import { templateCharts } from './cli-charts.ts'
import { CliPair, said, withoutTimes, type Ran } from './cli-pair.ts'
import { templateCases, words, type TemplateCase } from './cli-template-cases.ts'

const helm = await ensureTool('helm')
let pair: CliPair
let root: ReturnType<typeof folder>

beforeAll(() => {
  if (helm === undefined) return
  pair = new CliPair(helm)
  root = folder(templateCharts)
  execFileSync('tar', ['czf', 'full.tgz', 'full'], { cwd: root.path })
  execFileSync('tar', ['czf', 'plain.tar.gz', 'plain'], { cwd: root.path })
})
afterAll(() => {
  pair?.remove()
  root?.remove()
})

/** What a run printed and which files it left in `out`. */
interface Left extends Ran { files: Record<string, string> }

async function inFolder(run: 'helm' | 'linked' | 'pintle', { args, stdin, env }: TemplateCase): Promise<Left> {
  const cwd = mkdtempSync(join(tmpdir(), 'pintle-template-'))
  try {
    execFileSync('cp', ['-r', `${root.path}/.`, cwd])
    const result = await pair.run(run, words(args), { cwd, ...(stdin === undefined ? {} : { stdin }), ...(env ? { env } : {}) })
    const files: Record<string, string> = {}
    const out = join(cwd, 'out')
    if (existsSync(out)) {
      for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) files[join(entry.parentPath, entry.name).slice(out.length)] = readFileSync(join(entry.parentPath, entry.name), 'utf8')
      }
    }
    const mask = (text: string): string => text.replaceAll(cwd, '<cwd>')
    return { code: result.code, out: masked(withoutTimes(mask(result.out))), err: mask(result.err), files }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

/** HELM_BIN is how the program was called. */
const masked = (out: string): string => out.replace(/^HELM_BIN=.*$/m, 'HELM_BIN=<program>')

describe.skipIf(helm === undefined)('the same as helm', () => {
  test.each(templateCases.map((c, i) => [`${i} ${c.args}${c.env ? ` ${Object.keys(c.env).join(' ')}` : ''}`, c] as const))('%s', async (_, c) => {
    const [theirs, ours] = await Promise.all([inFolder('helm', c), inFolder('linked', c)])
    expect({ ...ours, err: said(ours.err) }).toEqual({ ...theirs, err: said(theirs.err) })
    if (theirs.code === 0) return
    // Called as itself Pintle adds places and hints after Helm's words.
    const own = await inFolder('pintle', c)
    expect(own.code).toBe(theirs.code)
    expect(own.out).toBe(theirs.out)
    const first = said(theirs.err).trimEnd().replaceAll('"helm ', '"pintle ').replaceAll('Usage:  helm ', 'Usage:  pintle ')
    // What cannot be read may be a secret: as itself Pintle shows dots.
    const [unread] = /^Error: failed parsing --set(?!-file)\S* data/.exec(first) ?? []
    if (unread !== undefined) expect(own.err).toContain(unread)
    else if (!first.includes('unknown command')) expect(said(own.err).trimEnd()).toContain(first)
  })
})
