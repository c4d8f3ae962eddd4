import { execFileSync } from 'node:child_process'
import { hostname, userInfo } from 'node:os'

/** Who runs this: the CI's actor, else user@host. */
export function operator(env: NodeJS.ProcessEnv = process.env): string {
  const actor = env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN
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
  try {
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 }).trim()
    return { commit: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain', '--untracked-files=no') !== '' }
  } catch {
    return undefined
  }
}
