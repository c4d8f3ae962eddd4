import { originAt, templateText, type Answers, type Rendered } from '../../../charts/render/index.ts'
import type { InputFacts } from '../../policy/index.ts'

type Nondeterministic = NonNullable<InputFacts['nondeterministic']>[number]

/** Functions that give something else each time they are called, or each day. */
const unsteady = /\b(?:rand(?:AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|shuffle|uuidv4|gen(?:PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)|now|ago|htpasswd|bcrypt|encryptAES|getHostByName)\b/

/**
 * Lines on which two renders of the same input differ, at the template lines that wrote them, with the function that is the likely reason.
 * @param first with `trace: true`
 */
export function unsteadyLines(first: Rendered, second: Pick<Rendered, 'files'>): Nondeterministic[] {
  const found = new Map<string, Nondeterministic>()
  for (const [path, text] of first.files) {
    const other = second.files.get(path)
    if (other === text) continue
    const lines = text.split('\n')
    const others = (other ?? '').split('\n')
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] === others[i]) continue
      const frames = originAt(first, { path, content: text }, i + 1, firstDifference(lines[i]!, others[i] ?? ''))?.stack ?? []
      const named = frames.map((frame) => ({ frame, call: unsteady.exec(templateText(first.chart, frame.template)?.split('\n')[frame.line - 1] ?? '')?.[0] }))
      const { frame, call } = named.find((n) => n.call !== undefined) ?? named[0] ?? {}
      const template = frame?.template ?? path
      const line = frame?.line ?? 0
      found.set(`${template}:${line}`, { template, line, why: call === undefined ? `what is rendered to ${path} differs from render to render` : `${call} gives something else each time` })
    }
  }
  return [...found.values()]
}

/** From 1. */
function firstDifference(a: string, b: string): number {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return Math.min(i + 1, a.length)
}

/** Answers nothing, as `helm template` does, and remembers what templates asked of the cluster and of DNS. */
export class AskedNobody implements Answers {
  readonly #asked = new Map<string, string>()

  lookup(apiVersion: string, kind: string, namespace: string, name: string): undefined {
    const what = `${kind} ${[namespace, name].filter(Boolean).join('/') || '(all)'} (${apiVersion})`
    this.#asked.set(what, `a template looks up ${what}: what it writes depends on the cluster`)
    return undefined
  }

  dns(name: string): undefined {
    this.#asked.set(`dns ${name}`, `a template asks DNS for ${name}: what it writes depends on the day`)
    return undefined
  }

  /** Nobody knows the line: templates do not tell who asks. */
  get facts(): Nondeterministic[] {
    return [...this.#asked.values()].map((why) => ({ template: '', line: 0, why }))
  }
}
