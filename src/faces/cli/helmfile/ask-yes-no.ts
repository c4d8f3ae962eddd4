import { PintleError, isPintleError } from '../../../errors/index.ts'
import { askLine } from '../ask.ts'
import type { Output } from '../output.ts'

/**
 * Asks until the answer is yes or no, on standard output as helmfile does. Upstream: AskForConfirmation in pkg/app/ask.go.
 * @throws PintleError usage at the end of the input
 */
export function askYesNo(out: Output, question: string): boolean {
  for (;;) {
    let answer: string
    try {
      answer = askLine(out, `${question} [y/n]: `).trim().toLowerCase()
    } catch (error) {
      if (isPintleError(error) && error.message === 'EOF') throw new PintleError('usage', 'EOF', { hint: 'Nobody answered: leave --interactive out where nobody can.' })
      throw error
    }
    if (answer === 'y' || answer === 'yes') return true
    if (answer === 'n' || answer === 'no') return false
  }
}
