import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { checkUnencrypted, emitPlain, formatVersion, newFile, readPlain, sealFile, type Branch, type FileFormat, type OpenedFile } from '../../../charts/secrets/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { parseVersion } from '../../../language/semver/index.ts'
import { decodeUtf8, encodeUtf8 } from '../../../language/go/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { runEditor } from '../run-editor.ts'
import { secretFolder } from '../secret-folder.ts'
import { creationFlags, creationOf } from '../sops-creation.ts'
import { sopsCodes, withSopsExit } from '../sops-exit.ts'
import { keyOptions, readSecretFile, replaceFile } from '../sops-files.ts'
import { SopsSetting, configFlag, ignoreMacFlag, indentFlag, inputTypeFlag, orderFlag, outputTypeFlag } from '../sops-flags.ts'
import { openOrTell } from './secrets-decrypt.ts'

/** `pintle secrets edit` */
export const secretsEdit: Command = withSopsExit({
  use: 'secrets edit FILE [flags]',
  long: `Decrypts a file, opens it in SOPS_EDITOR, EDITOR or vim, nano, vi, and encrypts what comes back with the key it had: values that did not change look the same afterwards. A file that does
not exist begins with an example.

An editor needs a file: while it is open the plain text stands in one that only its owner can read, in a folder of its own, in memory where the system has such a folder (XDG_RUNTIME_DIR
or /dev/shm), and said so where it has none. The folder is taken away when the editor ends, and when a signal ends the command. What the editor itself writes elsewhere (swap and undo files, recent
files) is the editor's.

Exit codes are sops': 200 nothing was changed, 201 no editor, 51 the MAC does not fit, 25 a value was changed or moved, 128 no key opens the file, 1 all else.`,
  examples: `pintle secrets edit secrets.yaml
EDITOR='code --wait' pintle secrets edit new.yaml --age age1...`,
  flags: [inputTypeFlag, outputTypeFlag, ignoreMacFlag, orderFlag, configFlag, indentFlag, ...creationFlags],
  args: [1, 1],
  async run(context) {
    const file = context.args[0]!
    const setting = new SopsSetting(context, file)
    const source = existsSync(file) ? readSecretFile(file) : undefined
    const opened = source !== undefined
      ? await openOrTell(context, source, file, setting)
      : await newFile(readPlain(examples[setting.input], setting.input), creationOf(context, setting, file), keyOptions(context))
    const branches = await editBranches(context, opened, file, setting)
    if (branches === undefined) {
      context.out.note('File has not changed, exiting.')
      return sopsCodes.fileHasNotBeenModified
    }
    const text = sealFile({ ...opened, branches, version: newer(opened.version) }, setting.output, setting.indents)
    if ((existsSync(file) ? readSecretFile(file) : undefined) === source) return replaceFile(file, text)
    // Somebody else wrote it meanwhile: neither is lost.
    replaceFile(`${file}.edited`, text)
    throw new PintleError('file.write', `${file} changed while it was edited`, { hint: `It is left as it is; what you wrote is in ${file}.edited, encrypted.`, place: { file } })
  },
})

/** What a file that does not exist yet begins with. */
const examples: Readonly<Record<FileFormat, string>> = {
  yaml: '# What stands here is encrypted when the editor ends.\nuser: somebody\npassword: change me\n',
  json: '{"user": "somebody", "password": "change me"}\n',
  dotenv: '# What stands here is encrypted when the editor ends.\nUSER_NAME=somebody\nPASSWORD=change me\n',
  ini: '[section]\n; What stands here is encrypted when the editor ends.\nuser = somebody\npassword = change me\n',
  binary: 'What stands here is encrypted when the editor ends.\n',
}

/** Upstream: runEditorUntilOk in cmd/sops/edit.go. */
function newer(version: string): string {
  try {
    return parseVersion(version).compare(parseVersion(formatVersion)) < 0 ? formatVersion : version
  } catch {
    return formatVersion
  }
}

/** @returns undefined when nothing was changed */
async function editBranches(context: CommandContext, opened: OpenedFile, file: string, setting: SopsSetting): Promise<Branch[] | undefined> {
  const { out } = context
  const stop = new AbortController()
  const folder = secretFolder((name) => {
    stop.abort(new PintleError('usage', `cancelled by ${name}: ${file} is as it was`))
  })
  try {
    if (!folder.inMemory) out.warn(`no folder in memory was found: the plain text stands in ${folder.path} until the editor ends`)
    const path = join(folder.path, basename(file))
    writeFileSync(path, encodeUtf8(emitPlain(opened.branches, setting.output, setting.indents)), { mode: 0o600, flag: 'wx' })
    const before = digest(path)
    for (;;) {
      await runEditor(path, stop.signal)
      if (digest(path) === before) return undefined
      try {
        const branches = readPlain(decodeUtf8(readFileSync(path)), setting.input)
        checkUnencrypted(branches, setting.output)
        return branches
      } catch (error) {
        if (!isPintleError(error)) throw error
        out.note(`Error: ${error.message}`)
        if (!(await again(stop.signal))) throw error
      }
    }
  } finally {
    folder.remove()
  }
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Waits for Enter; the end of the input is no. */
async function again(signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const closed = new Promise<undefined>((done) => lines.once('close', () => done(undefined)))
    return (await Promise.race([lines.question('Press Enter to return to the editor, or Ctrl-C to leave the file as it was. ', { signal }), closed])) !== undefined
  } catch {
    throw signal.reason
  } finally {
    lines.close()
  }
}
