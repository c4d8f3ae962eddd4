import { execFileSync } from 'node:child_process'
import { hostname, userInfo } from 'node:os'

/** Who runs this: PINTLE_OPERATOR, the CI's actor, else user@host. */
export function operator(env: NodeJS.ProcessEnv = process.env): string {
  const actor = env.PINTLE_OPERATOR || env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN
  if (actor) return actor
  let user = env.USER ?? ''
  try {
    user = userInfo().username
  } catch {
    // no entry for this uid
  }
  return `${user || 'unknown'}@${hostname()}`
}

/** The CI run, when there is one. */
export function ciRun(env: NodeJS.ProcessEnv = process.env): { provider: string; run?: string } | undefined {
  if (env.GITHUB_ACTIONS) return { provider: 'github', ...(env.GITHUB_RUN_ID ? { run: `${env.GITHUB_SERVER_URL ?? ''}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${env.GITHUB_RUN_ID}` } : {}) }
  if (env.GITLAB_CI) return { provider: 'gitlab', ...(env.CI_JOB_URL ? { run: env.CI_JOB_URL } : {}) }
  return env.CI ? { provider: 'ci' } : undefined
}

/** The commit of the folder, when it is in a git work tree. */
export function gitState(folder: string): { commit: string; dirty: boolean } | undefined {
  const commit = git(folder, 'rev-parse', 'HEAD')?.trim()
  return commit === undefined ? undefined : { commit, dirty: (uncommittedFiles(folder) ?? []).length > 0 }
}

/** Tracked files that differ from the commit; undefined outside of a work tree. */
export function uncommittedFiles(folder: string): string[] | undefined {
  return git(folder, 'status', '--porcelain', '--untracked-files=no', '--no-renames', '-z')?.split('\0').filter((entry) => entry.length > 3).map((entry) => entry.slice(3))
}

/** Paths that Git tracks below a folder; undefined outside of a work tree. */
export function trackedFiles(folder: string): string[] | undefined {
  return git(folder, 'ls-files', '-z')?.split('\0').filter((path) => path !== '')
}

function git(folder: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000, maxBuffer: 64 * 1024 * 1024 })
  } catch {
    return undefined
  }
}
