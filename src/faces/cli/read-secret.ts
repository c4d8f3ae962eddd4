import { PintleError } from '../../errors/index.ts'

/**
 * Reads a line from the terminal without showing it.
 * @param hint for those who have none
 * @throws PintleError usage when standard input is no terminal, in the words of golang.org/x/term
 */
export function readSecret(hint = 'Standard input is no terminal: give the secret by a file or a pipe.'): Promise<string> {
  const { stdin } = process
  if (!stdin.isTTY) return Promise.reject(new PintleError('usage', 'inappropriate ioctl for device', { hint }))
  return new Promise((done, fail) => {
    let text = ''
    const end = (act: () => void): void => {
      stdin.setRawMode(false)
      stdin.pause()
      stdin.off('data', read)
      act()
    }
    const read = (chunk: Buffer): void => {
      for (const c of chunk.toString('utf8')) {
        if (c === '\r' || c === '\n') return end(() => done(text))
        // Ctrl-C, and Ctrl-D at the beginning: nothing was said.
        if (c === '\x03') return end(() => process.kill(process.pid, 'SIGINT'))
        if (c === '\x04' && text === '') return end(() => fail(new PintleError('usage', 'EOF')))
        if (c === '\x7f' || c === '\b') text = [...text].slice(0, -1).join('')
        else if (c !== '\x04') text += c
      }
    }
    stdin.setRawMode(true)
    stdin.on('data', read)
    stdin.resume()
  })
}
