import { PintleError, isPintleError } from '../../errors/index.ts'
import { bySource, compareManifests, formatDiff, formatDyff, formatJson, formatSimple, formatStructured, indexManifest, templateEntries, testHooks, type CompareOptions, type ManifestIndex, type ManifestObject, type Report } from '../../cluster/helm-diff/index.ts'
import type { CommandContext } from './command.ts'
import { compareOptions, diffColour, diffOutput, suppressedKinds } from './diff-flags.ts'

/** A manifest and the namespace it is for. */
export interface Side { readonly manifest: string; readonly namespace: string }

export interface ReportOptions extends Pick<CompareOptions, 'ownership' | 'context'> {
  /** Objects count as the same when they come from the same template. */
  readonly byTemplate?: boolean
}

/** Both manifests, read. */
export function indexSides({ flags, out }: CommandContext, [before, after]: readonly [Side, Side], normalize = flags.bool('normalize-manifests')): [ManifestIndex, ManifestIndex] {
  const cache = new Map<string, readonly ManifestObject[]>()
  const index = ({ manifest, namespace }: Side): ManifestIndex => indexManifest(manifest, {
    namespace, normalize,
    excludedHooks: flags.bool('include-tests') ? [] : testHooks,
    warn: (text) => out.note(logged(text)),
    ...(before.namespace === after.namespace && { cache }),
  })
  return [index(before), index(after)]
}

/** Compares and prints as the flags say. @returns whether there were changes */
export async function reportDiff(context: CommandContext, sides: readonly [ManifestIndex, ManifestIndex], options: ReportOptions = {}): Promise<boolean> {
  const [before, after] = options.byTemplate === true ? sides.map(bySource) as [ManifestIndex, ManifestIndex] : sides
  const report = compareManifests(before, after, {
    ...compareOptions(context, options.context), ...(options.ownership && { ownership: options.ownership }),
  })
  context.out.write(await formatted(context, report))
  return report.changed
}

/** The exit code of a command with --detailed-exitcode. */
export function diffExitCode({ flags, out }: CommandContext, changed: boolean): number {
  if (!changed || !flags.bool('detailed-exitcode')) return 0
  // As helm-diff, which ends by an error; whoever calls pintle knows the code.
  if (out.plain) out.note('Error: identified at least one change, exiting with non-zero exit code (detailed-exitcode parameter enabled)')
  return 2
}

async function formatted(context: CommandContext, report: Report): Promise<string> {
  const { flags, out } = context
  const options = { colour: diffColour(context), suppressedKinds: suppressedKinds(flags) }
  const named = () => templateEntries(report.entries, () => out.note(logged('error processing report entry')))
  switch (diffOutput(flags)) {
    case 'simple': return formatSimple(report, options)
    case 'json': return formatJson(named())
    case 'structured': return formatStructured(report.entries)
    case 'template': {
      const file = process.env.HELM_DIFF_TPL
      if (file === undefined) return formatJson(named())
      return `${await (await import('./diff-template.ts')).renderDiffTemplate(file, named(), context.signal)}\n`
    }
    case 'dyff': return formatDyff(report, { ...options, colour: diffColour(context, { ...process.env, TERM: 'dumb' }), width: process.stdout.columns ?? 80, findRenames: flags.number('find-renames') > 0 })
    // Whatever else is said counts as diff, as in helm-diff.
    default: return formatDiff(report, options)
  }
}

/** As Go's log package begins a line. */
export const logged = (text: string): string => {
  const now = new Date()
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())} ${text}`
}

/**
 * The error of a part that helm-diff lets another process of Helm do, whose words it repeats; `pintle` says them plainly.
 * @param before what helm-diff puts before it
 */
export function diffFailure({ out }: Pick<CommandContext, 'out'>, error: unknown, before = ''): unknown {
  if (!isPintleError(error)) return error
  const message = out.plain ? `${before}exit status 1: Error: ${error.message}\n` : `${before}${error.message}`
  return new PintleError(error.code, message, {
    cause: error, ...(error.hint !== undefined && { hint: error.hint }), ...(error.place && { place: error.place }), ...(error.details && { details: error.details }),
  })
}
