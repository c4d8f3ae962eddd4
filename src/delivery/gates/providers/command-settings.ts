import type { Fault, Path } from '../../settings/index.ts'
import type { ProviderSettings } from './provider-kind.ts'
import { SettingsReader } from './read-settings.ts'

/** `command` of a service: a line of the shell, or a map. */
export interface CommandSettings extends ProviderSettings {
  readonly kind: 'command'
  /** Run in the project's folder. */
  readonly run: string
  /** Milliseconds. */
  readonly timeout: number
}

/** @throws what `fault` makes */
export function readCommand(raw: unknown, at: Path, fault: Fault): CommandSettings {
  const read = new SettingsReader(raw, ['run', 'timeout'], { at, fault, short: 'run' })
  const run = read.text('run')
  if (run === undefined) throw read.fault('run', 'is missing', 'Write command: ./scripts/check-slo.sh')
  return { kind: 'command', run, timeout: read.seconds('timeout', 60, 3600) }
}
