import type { ReportEntry } from './report-types.ts'

/** What a key says of an object. Upstream: ReportTemplateSpec in diff/report.go. */
export interface KeyParts { readonly namespace: string; readonly name: string; readonly kind: string; readonly api: string }

/** undefined for keys that are none, such as those of `diff release` and of objects without a group. */
export function keyParts(key: string): KeyParts | undefined {
  const found = /([a-z0-9-]+), ([a-z0-9.-]+), (\w+) \(([^)]+)\)/.exec(key)
  return found === null ? undefined : { namespace: found[1]!, name: found[2]!, kind: found[3]!, api: found[4]! }
}

export interface TemplateEntry extends KeyParts { readonly change: string }

/** What the templates of `--output template` are given; `unnamed` is told of entries that are left out. */
export function templateEntries(entries: readonly ReportEntry[], unnamed: () => void): TemplateEntry[] {
  return entries.flatMap((entry) => {
    const parts = keyParts(entry.key)
    if (parts === undefined) unnamed()
    return parts === undefined ? [] : [{ ...parts, change: entry.change }]
  })
}

/** `--output json`, and `template` without HELM_DIFF_TPL. helm-diff writes it by a template, so that nothing is escaped; nothing in a key has to be. */
export function formatJson(entries: readonly TemplateEntry[]): string {
  return `[${entries.map((e) => `{
  "api": "${e.api}",
  "kind": "${e.kind}",
  "namespace": "${e.namespace}",
  "name": "${e.name}",
  "change": "${e.change}"
}`).join(',')}]\n`
}
