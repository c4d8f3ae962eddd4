import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { build, overlaid, type BuildOptions } from '../../src/delivery/kustomize/index.ts'
import { encodeUtf8 } from '../../src/language/go/index.ts'
import type { KustomizeCase } from './case.ts'

/** What a build printed, said and whether it failed. */
export interface Made { readonly output: string; readonly errors: string; readonly failed: boolean }

/** Where the case's folder is, in texts. */
const place = '<root>'
/** Without what differs each time: places, times, addresses of Go's memory, and the word of the command about a flag. */
export const anonymous = (text: string, root: string): string =>
  text.replaceAll(root, place).replaceAll(dirname(root), '<parent>').replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '').replace(/ &\{0x[0-9a-f]+ <nil>\}:/g, ':').replace(/\n\n--\n&resource[\s\S]*/, '\n')
    .replace(/^Flag --reorder has been deprecated.*\n/m, '')

function optionsOf(flags: readonly string[] = []): BuildOptions {
  const value = (name: string): string | undefined => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : undefined)
  const restrictor = value('--load-restrictor')
  return { ...(restrictor === 'LoadRestrictionsNone' && { loadRestrictor: 'none' as const }), reorder: value('--reorder') as 'none' | undefined }
}

/** Whether the case is about a flag's value, which the command reads. */
export const isFlagCase = ({ flags = [] }: KustomizeCase): boolean => flags.some((flag) => flag === 'Some' || flag === 'some')

/** Builds a case in process, over files in memory or below a folder of the machine. */
export async function runCase(one: KustomizeCase, folder?: string): Promise<Made> {
  const root = folder ?? '/tmp/kustomize-case/case'
  const files = folder === undefined ? { files: overlaid(new Map([['/etc/hostname', Buffer.from('here\n')], ...Object.entries(one.files).map(([path, text]): [string, Buffer] => [posix.join(root, path), Buffer.from(encodeUtf8(text))])])) } : {}
  let errors = ''
  const warn = (line: string): void => { errors += `${line}\n` }
  try {
    const made = await build(posix.join(root, one.build ?? '.'), { ...files, ...optionsOf(one.flags), warn })
    return { output: made.map((resource) => resource.yaml).join('---\n'), errors: anonymous(errors, root), failed: false }
  } catch (error) {
    return { output: '', errors: anonymous(`${errors}Error: ${(error as Error).message}\n`, root), failed: true }
  }
}

/** Puts the files of a case below a folder. */
export async function writeCase(one: KustomizeCase, parent: string): Promise<string> {
  const root = join(parent, 'case')
  await mkdir(root, { recursive: true })
  for (const [path, text] of Object.entries(one.files)) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, encodeUtf8(text))
  }
  return realpath(root)
}

