/**
 * Owns running git: fixed arguments, no shell, nobody asked, and names that git cannot misread.
 * Refuses to know what is committed, and to touch a work tree.
 */
export { Git, withoutCredentials } from './git.ts'
export type { GitAnswer, GitRun } from './git.ts'
export { checkBranch, checkFile, checkRemote, checkUrl, isUrl } from './refuse-names.ts'
