import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'

/**
 * Installs a package of Debian, where that can be done: as root, with apt. Services that come with it are not started.
 * @returns whether it is installed
 */
export function installDebian(name: string): boolean {
  if (userInfo().uid !== 0 || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return false
  process.stderr.write(`installing once: apt-get install ${name}\n`)
  // In run level 1 nothing is started (invoke-rc.d).
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const wait = ['-o', 'DPkg::Lock::Timeout=180']
  for (const args of [['update', '-qq'], ['install', '-y', '-qq', '--no-install-recommends', name]]) {
    const { status, stderr } = spawnSync('apt-get', [...wait, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    if (status !== 0) {
      process.stderr.write(stderr)
      return false
    }
  }
  return true
}

/** What to do without a program: says it aloud; under CI=true that is an error. */
export function skipWithout(message: string): undefined {
  if (process.env.CI === 'true') throw new Error(message)
  process.stderr.write(`${message}; what needs it is skipped\n`)
  return undefined
}
