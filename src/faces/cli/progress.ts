import { isatty } from 'node:tty'
import { isPintleError } from '../../errors/index.ts'
import { reasonText, type OnEvent, type WaitingObject } from '../../cluster/release/index.ts'
import { LivePanel } from './live-panel.ts'
import type { Output } from './output.ts'
import { PlainWaiting } from './plain-waiting.ts'
import { jsonLine } from './progress-json.ts'

export interface Progress {
  readonly onEvent: OnEvent
  /** Waits for the work, and tells how it ended. Work that gives failures as results says which they are. */
  of<T>(work: Promise<T>, failure?: (result: T) => unknown): Promise<T>
}

/**
 * Tells on stderr what a change is doing: a table that is redrawn, calm lines, or JSON lines. Warnings and hook logs are always said. Called as
 * `helm` from a script it says no more than Helm, but why it did not wait any longer.
 */
export function progress(out: Output, mode = 'auto'): Progress {
  if (mode === 'json') return jsonProgress(out)
  const person = isatty(2) && process.env.TERM !== 'dumb' && !process.env.CI
  const chosen = mode !== 'auto' ? mode : person ? 'live' : out.plain ? 'none' : 'plain'
  const shown = chosen === 'live' ? new LivePanel(out) : chosen === 'plain' ? new PlainWaiting((text) => out.note(text)) : undefined
  const say = (text: string): void => {
    shown?.clear()
    out.note(text)
  }
  return {
    onEvent(event) {
      if (event.type === 'warning') {
        shown?.clear()
        return out.warn(event.message)
      }
      if (event.type === 'log') return say(event.text.replace(/\n$/, '').replace(/^/gm, `  ${event.pod}/${event.container}: `))
      // An answer to a conflict changes what is applied.
      if (event.type === 'object' && event.action === 'settled') return say(`${event.ref.kind}/${event.ref.name}: ${event.reason}`)
      if (shown === undefined) return
      if (event.type === 'hook' && event.state !== 'deleted') return say(`hook ${event.event} ${event.kind}/${event.hook} ${event.state}${event.error ? `: ${event.error}` : ''}`)
      if (event.type === 'progress') return event.total > 0 && event.done < event.total ? shown.waiting(event) : shown.clear()
      if (event.type === 'phase' && event.phase === 'rollback') say(`rolling back${event.detail ? `: ${event.detail}` : ''}`)
    },
    async of(work) {
      try {
        return await work
      } catch (error) {
        shown?.clear()
        if (out.plain) for (const reason of hopeless(error)) out.warn(reason)
        throw error
      } finally {
        shown?.clear()
      }
    },
  }
}

/** Why waiting ended before its time. */
function hopeless(error: unknown): string[] {
  if (!isPintleError(error) || !Array.isArray(error.details?.waiting)) return []
  return (error.details.waiting as WaitingObject[]).flatMap(({ ref, pods = [] }) => pods.filter((p) => p.fatal).slice(0, 1).map((p) => `not waiting any longer for ${ref.kind}/${ref.name}: ${reasonText(p)}`))
}

function jsonProgress(out: Output): Progress {
  const write = (fields: object): void => out.note(jsonLine(fields))
  return {
    onEvent: write,
    async of(work, failure) {
      const failed = (error: unknown): void => {
        const known = isPintleError(error) ? error : undefined
        write({
          type: 'done', outcome: known?.code === 'release.rolledBack' ? 'rolled-back' : 'failed', ...(known && { code: known.code }), message: error instanceof Error ? error.message : String(error),
          ...(known?.hint !== undefined && { reason: known.hint }), ...(known?.details?.logs !== undefined && { logs: known.details.logs }), ...(known?.details?.events !== undefined && { events: known.details.events }),
        })
      }
      const result = await work.catch((error: unknown) => {
        failed(error)
        throw error
      })
      const error = failure?.(result)
      if (error === undefined) write({ type: 'done', outcome: 'succeeded' })
      else failed(error)
      return result
    },
  }
}
