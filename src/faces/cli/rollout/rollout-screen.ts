import { isatty } from 'node:tty'
import type { Journal, RolloutEvent } from '../../../delivery/rollout/index.ts'
import type { Output } from '../output.ts'
import { progress } from '../progress.ts'
import { Redrawn } from '../redrawn.ts'
import { eventLine, placeOf, type ScreenEvent } from './event-line.ts'
import { panelLines } from './panel-lines.ts'
import { PlainEvents } from './plain-events.ts'
import { after, stateOf, type Runner, type ScreenState } from './screen-state.ts'

/** Tells on stderr how a rollout goes. */
export interface RolloutScreen {
  readonly onEvent: (event: RolloutEvent) => void
  /** What is known of it at the start, by somebody who looks on. */
  show(journal: Journal, runner?: Runner): void
  /** Who drives it, where it is somebody else. */
  runner(runner: Runner): void
  /** The end: takes the panel away, or leaves its last state as text. */
  close(last?: { readonly journal: Journal; readonly exitCode: number; readonly message: string }): void
}

/**
 * The screen of a rollout: a panel that is redrawn on a terminal, lines elsewhere, JSON lines for programs.
 * @param mode of --progress: auto, live, plain, json, none
 */
export function rolloutScreen(out: Output, mode = 'auto'): RolloutScreen {
  if (mode === 'json') return jsonScreen(out)
  const person = isatty(2) && process.env.TERM !== 'dumb' && !process.env.CI
  const chosen = mode !== 'auto' ? mode : person ? 'live' : 'plain'
  return chosen === 'live' ? liveScreen(out) : plainScreen(out, chosen === 'none')
}

function liveScreen(out: Output): RolloutScreen {
  let state: ScreenState | undefined
  const paint: typeof out.style = (style, text) => out.style(style, text)
  const drawn = new Redrawn(out, (columns) => (state === undefined ? undefined : panelLines(state, { columns, now: Date.now(), paint })))
  // Warnings and logs are said above the panel, hooks and waiting stand in it.
  const rest = progress(out, 'none')
  return {
    onEvent(event) {
      state = after(state, event)
      if (event.type === 'release' && event.event.type !== 'progress') {
        drawn.clear()
        rest.onEvent(event.event)
      }
      drawn.draw()
    },
    show(journal, runner) {
      state = stateOf(journal, runner && { runner })
      drawn.draw()
    },
    runner(runner) {
      if (state !== undefined) state = { ...state, runner }
      drawn.draw()
    },
    close(last) {
      drawn.clear()
      if (state === undefined || last === undefined) return
      const { waiting: _, ...ended } = { ...state, journal: last.journal }
      for (const text of panelLines(ended, { columns: process.stderr.columns || 80, now: Date.now(), paint })) out.note(text)
    },
  }
}

function plainScreen(out: Output, silent: boolean): RolloutScreen {
  const plain = new PlainEvents((text) => out.note(text))
  const rest = progress(out, silent ? 'none' : 'plain')
  let lost = false
  return {
    onEvent(event) {
      if (event.type === 'release') rest.onEvent(event.event)
      else if (!silent) plain.tell(event)
    },
    show(journal, runner) {
      const last = journal.transitions.at(-1)
      if (last !== undefined && !silent) plain.tell({ type: 'transition', transition: last, journal })
      if (runner !== undefined) this.runner(runner)
    },
    runner(runner) {
      if (runner.lost && !lost) out.warn('nobody runs this rollout any more')
      lost = runner.lost
    },
    close() {},
  }
}

function jsonScreen(out: Output): RolloutScreen {
  let place: ReturnType<typeof placeOf> | undefined
  let lost: boolean | undefined
  const write = (event: ScreenEvent): void => {
    if ('journal' in event) place = placeOf(event.journal)
    out.note(eventLine(event, place))
  }
  let known: Journal | undefined
  return {
    onEvent(event) {
      if (event.type === 'transition') known = event.journal
      write(event)
    },
    show(journal, runner) {
      known = journal
      const last = journal.transitions.at(-1)
      if (last !== undefined) write({ type: 'transition', transition: last, journal })
      if (runner !== undefined) this.runner(runner)
    },
    runner(runner) {
      if (known === undefined || runner.lost === lost) return
      lost = runner.lost
      write({ type: 'runner', journal: known, runner })
    },
    close(last) {
      if (last !== undefined) write({ type: 'done', ...last })
    },
  }
}
