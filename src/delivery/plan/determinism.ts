import type { Rendered } from '../../charts/render/index.ts'

/** A line that two renders of the same input disagree about: random, time, or the order of a map. */
export interface NondeterministicLine {
  /** `chart/templates/x.yaml` */
  readonly template: string
  /** Line of the rendered file. */
  readonly line: number
}

/** Every line of the rendered files that differs between two renders. */
export function differences(a: Pick<Rendered, 'files'>, b: Pick<Rendered, 'files'>): NondeterministicLine[] {
  const out: NondeterministicLine[] = []
  for (const [template, text] of a.files) {
    const other = b.files.get(template)
    if (other === text) continue
    const lines = text.split('\n')
    const others = (other ?? '').split('\n')
    for (let i = 0; i < Math.max(lines.length, others.length); i++) if (lines[i] !== others[i]) out.push({ template, line: i + 1 })
  }
  return out
}
