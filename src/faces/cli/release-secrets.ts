import type { KubeObject } from '../../cluster/kube/index.ts'
import { PlanKey, SecretMarks, urlTokens, type CheckedRelease } from '../../delivery/plan/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'

export interface ReleaseSecrets {
  readonly marks: SecretMarks
  /** The documents of the release. */
  readonly objects: ReturnType<typeof documentsOf>
  /** Text as it may leave this process. */
  readonly clean: (text: string) => string
}

/** The secrets of a release, those of values and of the revision before included, and what takes them out of texts that checks, pods and servers wrote. */
export function releaseSecrets({ frozen, history }: CheckedRelease): ReleaseSecrets {
  const marks = new SecretMarks(PlanKey.random(), frozen.secrets)
  const objects = documentsOf(frozen.manifest, frozen.hooks)
  const before = history.deployed?.readable
  for (const { object } of [...objects, ...(before === undefined ? [] : documentsOf(before.manifest, before.hooks))]) if (object !== null) marks.learn(object)
  marks.learnPlaintext(frozen.config)
  const tokens = frozen.smoke.flatMap((s) => ('http' in s ? urlTokens(s.http) : []))
  return { marks, objects, clean: (text) => tokens.reduce((t, token) => t.replaceAll(token, 'REDACTED'), marks.clean(text)) }
}

/** The documents of a manifest and of hooks, each with the comment that names its template. */
function documentsOf(manifest: string, hooks: readonly { readonly path: string; readonly manifest: string }[]): { source: string; text: string; object: KubeObject | null }[] {
  const documents = manifest.split(/^---[ \t]*\n/m).filter((text) => text.trim() !== '')
  return [...documents, ...hooks.map((h) => `# Source: ${h.path}\n${h.manifest}`)].map((text) => ({ source: /^# Source: .*\n/.exec(text)?.[0] ?? '', text: text.trimEnd(), object: parseDocument(text) as KubeObject | null }))
}
