/**
 * `node scripts/write-deprecations.ts [VERSION]`: writes src/charts/checks/deprecations-table.ts from the lifecycle functions of the Go module
 * k8s.io/api, of the version that Helm is built with.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const version = process.argv[2] ?? 'v0.37.1'
const moduleFolder = (name: string): string =>
  (JSON.parse(execFileSync('go', ['mod', 'download', '-json', `${name}@${version}`], { cwd: tmpdir(), encoding: 'utf8' })) as { Dir: string }).Dir
const root = moduleFolder('k8s.io/api')
/** Helm asks the scheme of client-go: what is not in there is no Kubernetes object to it. */
const scheme = readFileSync(join(moduleFolder('k8s.io/client-go'), 'kubernetes/scheme/register.go'), 'utf8')
const registered = new Set([...scheme.matchAll(/"k8s\.io\/api\/(.*?)"/g)].map((m) => m[1]!))

const rows: string[] = []
for (const path of [...registered].sort()) {
  const folder = join(root, path)
  const text = readdirSync(folder).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go')).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  if (!text.includes('APILifecycleDeprecated()')) continue
  const group = /GroupName\s*=\s*"(.*)"/.exec(text)?.[1]
  const apiVersion = /GroupVersion\{Group: GroupName, Version: "(.*?)"\}/.exec(text)?.[1]
  if (group === undefined || apiVersion === undefined) throw new Error(`${folder} names no group and version`)
  const numbers = (name: string): Map<string, string> =>
    new Map([...text.matchAll(new RegExp(`func \\(in \\*(\\w+)\\) ${name}\\(\\).*\\{\\n\\treturn (\\d+), (\\d+)\\n`, 'g'))].map((m) => [m[1]!, `${m[2]}.${m[3]}`]))
  const removed = numbers('APILifecycleRemoved')
  const replaced = new Map([...text.matchAll(/func \(in \*(\w+)\) APILifecycleReplacement\(\).*\{\n\treturn schema.GroupVersionKind\{Group: "(.*?)", Version: "(.*?)", Kind: "(.*?)"\}/g)]
    .map((m) => [m[1]!, `${m[2] === '' ? '' : `${m[2]}/`}${m[3]} ${m[4]}`]))
  for (const [kind, since] of numbers('APILifecycleDeprecated')) {
    rows.push([group === '' ? apiVersion : `${group}/${apiVersion}`, kind, since, removed.get(kind) ?? '-', replaced.get(kind) ?? ''].join(' ').trimEnd())
  }
}
if (rows.length < 100) throw new Error(`only ${rows.length} deprecated kinds found`)
writeFileSync(join(import.meta.dirname, '../src/charts/checks/deprecations-table.ts'), `/**
 * Written by scripts/write-deprecations.ts from k8s.io/api ${version}: apiVersion, kind, deprecated since, not served any more since ('-': not said), and what
 * replaces it (apiVersion and kind, where that is said).
 */
export const deprecationsTable = \`
${rows.sort().join('\n')}
\`
`)
