import type { SourceOptions } from '../../delivery/plan/index.ts'
import type { Flags } from './flags.ts'
import { usage } from './flags.ts'

/** The values strategy of upgrade's flags. --reset-values wins, as in Helm. */
export function reuseOf(flags: Flags): SourceOptions['reuse'] {
  if (flags.bool('reset-values')) return 'reset'
  if (flags.bool('reuse-values')) return 'reuse'
  if (flags.bool('reset-then-reuse-values')) return 'reset-then-reuse'
  return 'default'
}

/** Helm's --dry-run of install, upgrade and rollback. */
export function dryRunOf(flags: Flags, warn: (text: string) => void): 'client' | 'server' | undefined {
  const value = flags.string('dry-run')
  if (value === 'client' || value === 'server') return value
  if (value === 'none') return undefined
  if (value === 'unset') {
    warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
    return 'client'
  }
  const truth = /^(1|t|T|TRUE|true|True)$/.test(value)
  if (!truth && !/^(0|f|F|FALSE|false|False)$/.test(value)) throw usage(`invalid dry-run value (${JSON.stringify(value)}). Must be "none", "server", or "client"`)
  warn(`boolean '--dry-run=${value}' flag is deprecated and must be replaced with '--dry-run=${truth ? 'client' : 'none'}'`)
  return truth ? 'client' : undefined
}
