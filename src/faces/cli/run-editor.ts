import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { commandWords } from '../../charts/secrets/index.ts'
import { PintleError } from '../../errors/index.ts'
import { sopsCodes, withExit } from './sops-exit.ts'

type Env = Readonly<Record<string, string | undefined>>

/** SOPS_EDITOR, EDITOR, or the first of vim, nano and vi. Upstream: runEditor in cmd/sops/edit.go. @throws PintleError usage */
export function editorOf(env: Env = process.env): string[] {
  const variable = env.SOPS_EDITOR ? 'SOPS_EDITOR' : 'EDITOR'
  const words = wordsOf(env[variable] ?? '', variable)
  if (words.length > 0) return words
  const found = ['vim', 'nano', 'vi'].find((name) => (env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, name))))
  if (found === undefined) throw noEditor('there is none: neither SOPS_EDITOR nor EDITOR names one, and vim, nano and vi are not there')
  return [found]
}

function wordsOf(command: string, variable: string): string[] {
  try {
    return commandWords(command)
  } catch {
    throw noEditor(`${variable} has a quote that does not end`)
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const noEditor = (why: string): PintleError => withExit(new PintleError('usage', `the editor could not be run: ${why}`, { hint: 'EDITOR="code --wait" names a program with an argument.' }), sopsCodes.noEditorFound)

/**
 * Lets a person edit a file at the terminal.
 * @param signal ends the editor
 * @throws PintleError usage when it cannot be run or fails
 */
export function runEditor(file: string, signal: AbortSignal): Promise<void> {
  const [program, ...args] = editorOf()
  return new Promise((resolve, reject) => {
    const child = spawn(program!, [...args, file], { stdio: 'inherit', signal })
    child.on('error', (error) => reject(error.name === 'AbortError' ? signal.reason : noEditor((error as { code?: string }).code === 'ENOENT' ? `${program} is not there` : error.message)))
    child.on('close', (code, name) => {
      if (code === 0) resolve()
      else reject(noEditor(name === null ? `${program} ended with ${code}` : `${program} was ended by ${name}`))
    })
  })
}
