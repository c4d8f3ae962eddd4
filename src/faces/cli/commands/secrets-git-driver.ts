import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decryptFile, formatOfPath, isEncrypted } from '../../../charts/secrets/index.ts'
import { writeInFolder } from '../../../charts/registry/index.ts'
import { Git } from '../../../delivery/git/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { encodeUtf8 } from '../../../language/go/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { usage } from '../flags.ts'
import { indexedFiles } from '../git-files.ts'
import { personAt } from '../person.ts'
import { textOf } from '../secret-targets.ts'

const driver = 'pintle-secrets'
const program = 'pintle secrets git-driver'

/** `pintle secrets git-driver` */
export const secretsGitDriver: Command = {
  use: 'secrets git-driver FILE | install [PATTERN...]',
  long: `What git runs to show what changed in encrypted files (a textconv driver): prints the file decrypted, in memory. A file that no key here opens is printed as it is, with a word on standard
error, so that git diff and git log go on.

'install' asks git to use it: it adds "PATTERN diff=${driver}" to .gitattributes of the repository, for the patterns given or else for the files of the index that are encrypted, and
sets diff.${driver}.textconv in the configuration of this clone. Nobody else's clone decrypts anything before they do the same.`,
  examples: `pintle secrets git-driver install 'secrets/*.yaml'
git diff secrets/prod.yaml`,
  flags: [],
  args: [1, Number.POSITIVE_INFINITY],
  async run(context) {
    const [first, ...more] = context.args as [string, ...string[]]
    if (first === 'install') return await install(context, more)
    if (more.length > 0) throw usage('git gives one file')
    context.out.write(await shown(context, first))
  },
}

async function shown({ out, signal }: CommandContext, file: string): Promise<string> {
  let text: string
  try {
    text = readFileSync(file, 'latin1')
  } catch (error) {
    throw new PintleError('usage', `${file} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`)
  }
  const bytes = Buffer.from(text, 'latin1').toString('utf8')
  if (!isEncrypted(bytes)) return bytes
  try {
    return (await decryptFile(bytes, { file, format: formatOfPath(file), signal, person: personAt(out) })).text
  } catch (error) {
    if (!isPintleError(error)) throw error
    out.note(error.message.split('\n')[0])
    return bytes
  }
}

async function install({ out, signal }: CommandContext, patterns: readonly string[]): Promise<void> {
  const git = new Git('.', { signal })
  const root = await git.text(['rev-parse', '--show-toplevel'])
  const wanted = patterns.length > 0 ? patterns : await encryptedFiles(root, signal)
  if (wanted.length === 0) throw usage('no file of the index is encrypted', 'Name patterns, as in .gitattributes: pintle secrets git-driver install \'secrets/*.yaml\'')
  const path = join(root, '.gitattributes')
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const lines = wanted.map((pattern) => `${/[\s"]/.test(pattern) ? JSON.stringify(pattern) : pattern} diff=${driver}`).filter((line) => !before.split('\n').includes(line))
  if (lines.length > 0) writeInFolder(path, encodeUtf8(`${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`))
  await git.run(['config', '--local', `diff.${driver}.textconv`, program])
  // What git caches of decrypted texts it keeps as objects of the repository.
  await git.run(['config', '--local', `diff.${driver}.cachetextconv`, 'false'])
  for (const line of lines) out.note(`.gitattributes: ${line}`)
  out.note(`diff.${driver}.textconv: ${program}`)
}

async function encryptedFiles(root: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = []
  for await (const { path, bytes } of indexedFiles(root, false, signal)) {
    if (bytes !== undefined && isEncrypted(textOf(bytes)?.text ?? '')) found.push(`/${path}`)
  }
  return found
}
