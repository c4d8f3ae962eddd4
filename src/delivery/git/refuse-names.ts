import { PintleError } from '../../errors/index.ts'

/** Names come from command lines and files and go to git as arguments: none may be read as an option, a transport that runs programs, or a way out of the tree. */
function refused(what: string, name: string, why: string): PintleError {
  return new PintleError('usage', `${what} ${JSON.stringify(name.slice(0, 200))} is refused: ${why}`)
}

/** @throws PintleError usage for what is no name of a branch (git-check-ref-format(1)) */
export function checkBranch(name: string): string {
  const bad = name === '' || name.length > 250 || name.startsWith('-') || name === '@' || name.includes('..') || name.includes('@{') || name.includes('//')
    || name.split('/').some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock')) || name.endsWith('.') || /[\p{Cc} ~^:?*[\\]/u.test(name)
  if (bad) throw refused('branch', name, 'it is no name git allows')
  return name
}

/** A file of a repository, from its root. @throws PintleError usage */
export function checkFile(path: string): string {
  if (path === '' || path.startsWith('/') || path.startsWith('-') || /[\p{Cc}\\]/u.test(path) || path.length > 1000) throw refused('file', path, 'name it from the root of the repository')
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')) throw refused('file', path, 'it leads out of the tree')
  return path
}

/** Whether a repository is named by URL: `https://…`, `ssh://…`, `file:///…`, `git@host:path`. */
export const isUrl = (repository: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[\w.-]+@[\w.-]+:/.test(repository) || /^[a-z0-9-]+::/i.test(repository)

/** @throws PintleError usage for a URL that git could read as an option or that names a program */
export function checkUrl(url: string): string {
  if (url.startsWith('-') || /\p{Cc}/u.test(url) || url.length > 2000) throw refused('repository', url, 'it is no URL')
  if (/^[a-z0-9-]+::/i.test(url)) throw refused('repository', url, 'its transport runs a program')
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== undefined && !['https', 'http', 'ssh', 'git', 'file'].includes(scheme)) throw refused('repository', url.replace(/\/\/[^/@]*@/, '//***@'), `git over ${scheme} is not used here`)
  if (/^(?:ssh:\/\/)?(?:[^@/]*@)?-/.test(url)) throw refused('repository', url, 'its host could be read as an option')
  return url
}

/** @throws PintleError usage */
export function checkRemote(name: string): string {
  if (!/^\w[\w./-]{0,99}$/.test(name)) throw refused('remote', name, 'it is no name of a remote')
  return name
}
