import type { Table } from '../../charts/chart/index.ts'
import type { Rendered } from '../../charts/render/index.ts'
import { atLeast, type SecretFact, type SecretFinding } from './finding.ts'
import { scanRendered } from './scan-rendered.ts'
import { scanTable } from './scan-table.ts'
import { scanYaml, type Scan } from './scan-values.ts'

/** What a release is made from. */
export interface ReleaseInputs {
  readonly files: readonly { readonly path: string; readonly text: string; /** Its lines are nobody's: what a script gave. */ readonly unplaced?: boolean }[]
  /** Values of flags and of pintle.yaml's `set`. */
  readonly set?: Table
  /** All that users gave, merged. */
  readonly values?: Table
  /** Of `renderChart` with `trace: true`. What is rendered shows which of a chart's own defaults count. */
  readonly rendered?: Rendered
}

/** Looks for secrets in all that a release is made from, and in what it makes. */
export function scanRelease({ files, set, values, rendered }: ReleaseInputs): Scan {
  const scans = files.map(({ path, text, unplaced }) => scanYaml(path, text, unplaced === true ? { unplaced } : {}))
  const allowed = new Map(scans.flatMap((s) => [...s.allowed]))
  if (rendered !== undefined) scans.push(scanRendered(rendered, { known: allowed, ...(values === undefined ? {} : { values }) }))
  return { findings: [...scans.flatMap((s) => s.findings), ...(set === undefined ? [] : scanTable('(flags)', set))], allowed, notes: scans.flatMap((s) => s.notes) }
}

/** What rules are told of findings: `Facts.inputs.secrets`. Allowed ones and what is only possible are left out. */
export function secretFacts(findings: readonly SecretFinding[]): SecretFact[] {
  return findings.flatMap(({ kind, where, file, line, column, path, reason, confidence, allowed }) =>
    kind === 'tracked-file' || allowed !== undefined || confidence === 'possible' || !atLeast(confidence, 'likely')
      ? []
      : [{ where, file, line, ...(column === undefined ? {} : { column }), path, reason, confidence }])
}
