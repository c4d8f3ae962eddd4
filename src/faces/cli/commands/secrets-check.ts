import { dirname, join } from 'node:path'
import { parseSopsConfig, type SopsConfig } from '../../../charts/secrets/index.ts'
import { Git } from '../../../delivery/git/index.ts'
import { encryptionFindings } from '../../../delivery/secret-scan/index.ts'
import type { Command } from '../command.ts'
import { indexedFiles, largestBlob } from '../git-files.ts'
import { textOf } from '../secret-targets.ts'

/** `pintle secrets check` */
export const secretsCheck: Command = {
  use: 'secrets check [FOLDER] [flags]',
  long: `Refuses a commit with files that should be encrypted and are not. It looks at what the next commit would change as Git's index has it, not at the work tree, and needs no key:

  - a file that a rule of .sops.yaml has a path_regex for has to be encrypted, for the keys that the rule names now
  - a decrypted file (*.dec, or beside its encrypted form) does not belong in Git
  - a file that SOPS encrypts has no value in plain text, and has its MAC

.sops.yaml is read from the index, too. 'pintle secrets scan --staged' looks for secrets anywhere else.

Exit codes: 0 nothing found, 1 failed, 5 the commit is refused.`,
  examples: `pintle secrets check                 # in .git/hooks/pre-commit
pintle secrets check --all -o json   # in CI`,
  flags: [
    { name: 'all', type: 'bool', usage: 'all files of the index, not only those that the next commit would change' },
    { name: 'output', short: 'o', type: 'string', placeholder: 'format', default: 'text', choices: ['text', 'json'], usage: 'output format: text, json' },
  ],
  args: [0, 1],
  async run({ args, flags, out, signal }) {
    const root = await new Git(args[0] ?? '.', { signal }).text(['rev-parse', '--show-toplevel'])
    const texts = new Map<string, string | undefined>()
    const notes: string[] = []
    for await (const { path, bytes } of indexedFiles(root, !flags.bool('all'), signal)) {
      if (bytes === undefined) notes.push(`${path}: no file, or larger than ${largestBlob / 1024 / 1024} MiB: not looked at`)
      else texts.set(path, textOf(bytes)?.text)
    }
    const configOf = await indexedConfigs(root, signal)
    const findings = encryptionFindings([...texts.keys()], (path) => texts.get(path), configOf)
    if (flags.string('output') === 'json') out.line(JSON.stringify({ files: texts.size, findings, notes }, null, 2))
    else {
      for (const { file, reason, advice } of findings) out.line(`${file}: ${reason}\n  ${advice}`)
      for (const note of notes) out.note(note)
      out.note(`${texts.size} ${texts.size === 1 ? 'file' : 'files'}: ${findings.length === 0 ? 'nothing that should be encrypted is in plain text' : `${findings.length} refused`}`)
    }
    return findings.length > 0 ? 5 : 0
  },
}

/** The nearest `.sops.yaml` of the index at or above a file. */
async function indexedConfigs(root: string, signal: AbortSignal): Promise<(path: string) => { config: SopsConfig; path: string } | undefined> {
  const configs = new Map<string, SopsConfig>()
  const git = new Git(root, { signal })
  const index = process.env.GIT_INDEX_FILE === undefined ? {} : { env: { GIT_INDEX_FILE: process.env.GIT_INDEX_FILE.startsWith('/') ? process.env.GIT_INDEX_FILE : join(process.cwd(), process.env.GIT_INDEX_FILE) } }
  const paths = (await git.run(['ls-files', '--cached', '-z'], index)).stdout.toString().split('\0').filter((path) => /(?:^|\/)\.sops\.yaml$/.test(path))
  for (const path of paths) configs.set(dirname(path), parseSopsConfig(join(root, path), (await git.run(['cat-file', 'blob', `:./${path}`], index)).stdout.toString()))
  return (path) => {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const config = configs.get(folder)
      if (config !== undefined) return { config, path: join(root, path) }
      if (folder === '.') return undefined
    }
  }
}
