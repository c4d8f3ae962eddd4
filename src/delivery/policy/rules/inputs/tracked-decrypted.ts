import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/tracked-decrypted',
  title: 'Git tracks no decrypted file.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A `.dec` file beside an encrypted one is its content. Once committed it stays in the history of every clone.',
  fix: 'Remove it with `git rm --cached`, add it to .gitignore, and change the secrets it held.',
  check: ({ inputs }) => inputs?.trackedDecrypted?.map((file) => ({ message: `${file} is decrypted and tracked by Git`, place: { file } })) ?? 'the files Git tracks',
} satisfies Rule
