import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * A name of this process that another process of the same machine can check: `host|pid namespace|pid|start time`.
 * The namespace is part of it because containers may share a host's name and not its process numbers.
 */
export function processIdentity(): string {
  return [hostname(), pidNamespace(), process.pid, startTime(process.pid)].join('|')
}

/** What became of the process of that name; 'unknown' for one of another machine. */
export function processState(identity: string): 'running' | 'ended' | 'unknown' {
  const [host, namespace, pid, started] = identity.split('|')
  if (host !== hostname() || namespace !== pidNamespace() || !/^[1-9]\d*$/.test(pid ?? '')) return 'unknown'
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'ended' : 'running'
  }
  // The number may have been given to another process since.
  const now = startTime(Number(pid))
  return started !== '' && now !== '' && started !== now ? 'ended' : 'running'
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Linux' start time of a process in clock ticks since boot; 'ended' for one its parent has not noticed yet; '' elsewhere. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name, in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
