import { errorCodes } from '../../src/errors/index.ts'

/** docs/errors.md, from the table of error codes. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    '# Errors',
    '',
    'Every error Pintle throws on purpose has one of these codes (`error.code` in the library, `code` in JSON output). The message itself is the text Helm, Go or',
    'Kubernetes prints for the same condition. This page is generated from `src/errors/codes.ts` by `npm run docs`.',
    '',
    ...rows.flatMap(([code, info]) => [`## ${code}`, '', info.summary, '', `**What to try:** ${info.fix}`, '']),
  ].join('\n')
}
