import type { ReleaseEvent } from '../../cluster/release/index.ts'

/** One line of `--progress=json`; docs/progress.md promises its fields to programs. */
export function jsonLine(event: ReleaseEvent | { type: 'done' } | object): string {
  return JSON.stringify({ time: new Date().toISOString(), ...fields(event as ReleaseEvent | { type: 'done' }) })
}

function fields(event: ReleaseEvent | { type: 'done' }): object {
  switch (event.type) {
    case 'object': {
      const { ref, ...rest } = event
      return { ...rest, ...ref }
    }
    case 'hook': {
      const { hook, ...rest } = event
      return { ...rest, name: hook }
    }
    case 'record': {
      const { version, ...rest } = event
      return { ...rest, revision: version }
    }
    case 'progress':
      return { type: 'waiting', done: event.done, total: event.total, objects: event.waiting.map(({ ref, pods = [], ...rest }) => ({ ...ref, ...rest, reasons: pods })) }
    default: return event
  }
}
