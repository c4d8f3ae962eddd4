/**
 * `npm run test:kubeconform -- DIR...`: renders every chart below the given folders with default values and every values file of its ci/ folder, has the real
 * `kubeconform -strict` and Pintle validate each document, and compares their verdicts object by object. Pintle's custom schemas are left out: those are not kubeconform's.
 *
 * Options: --kubernetes VERSION (may be repeated; default: the newest), --only TEXT (charts whose path contains it), --broken N (each document N times more, each
 * time broken at random, so that refusals are compared, too; default 0), --seed N, --json FILE. Exit code 1 when anything differs.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kubeconformSchemas } from '../../scripts/kubeconform-schemas.ts'
import { openapiVersions } from '../../scripts/kubernetes-openapi.ts'
import { ensureTool, toolsDir } from '../../scripts/tools/ensure-tool.ts'
import { SchemaLibrary } from '../../src/charts/checks/objects/object-schemas.ts'
import { checkDocument } from '../../src/charts/checks/objects/check-document.ts'
import { breakDocument } from './break-document.ts'
import { Random } from './random.ts'
import { renderedDocuments } from './rendered-documents.ts'

/** `path`, where the document is, and for each of its objects `status apiVersion kind name`. */
type Verdicts = Map<string, string[]>

/** What kubeconform says about every file below a folder. */
async function kubeconform(program: string, folder: string, version: string, location: string): Promise<Verdicts> {
  const args = ['-strict', '-ignore-missing-schemas', '-verbose', '-output', 'json', '-kubernetes-version', version, '-schema-location', location, folder]
  const text = await new Promise<string>((done, fail) => {
    // Exit code 1 says that something is invalid.
    execFile(program, args, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => (stdout.trimStart().startsWith('{') ? done(stdout) : fail(error ?? new Error(stderr))))
  })
  const out: Verdicts = new Map()
  for (const r of (JSON.parse(text) as { resources: { filename: string; kind: string; name: string; version: string; status: string }[] }).resources) {
    const status = r.status === '' ? 'empty' : r.status.slice('status'.length).toLowerCase()
    out.set(r.filename, [...(out.get(r.filename) ?? []), status === 'empty' || status === 'error' ? status : `${status} ${r.version} ${r.kind} ${r.name}`].sort())
  }
  return out
}

export interface Comparison { readonly objects: number; readonly invalid: number; readonly skipped: number; readonly errors: number; readonly differences: readonly string[] }

/** Lets both validate the documents. */
export async function compareVerdicts(program: string, documents: readonly string[], version: string): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-kubeconform-'))
  try {
    const location = kubeconformSchemas(version, join(toolsDir(), 'kubeconform-schemas'))
    const schemas = (await SchemaLibrary.load()).of(version)!
    const files = documents.map((text, i) => {
      // kubeconform reads folders one after the other, and large ones slowly.
      const below = join(folder, String(Math.floor(i / 1000)))
      mkdirSync(below, { recursive: true })
      const file = join(below, `${i}.yaml`)
      writeFileSync(file, Buffer.from(text))
      return file
    })
    const theirs = await kubeconform(program, folder, version, location)
    const differences: string[] = []
    const counts = { objects: 0, invalid: 0, skipped: 0, errors: 0 }
    for (const [i, text] of documents.entries()) {
      const verdicts = checkDocument(text, { schemas })
      const ours = verdicts.map((v) => (v.status === 'empty' || v.status === 'error' ? v.status : `${v.status} ${v.apiVersion} ${v.kind} ${v.name}`)).sort()
      const want = theirs.get(files[i]!) ?? []
      counts.objects += want.length
      counts.invalid += want.filter((w) => w.startsWith('invalid')).length
      counts.skipped += want.filter((w) => w.startsWith('skipped')).length
      counts.errors += want.filter((w) => w === 'error').length
      // A file without a document, and one without a byte, give nothing.
      const said = (list: string[]): string => list.filter((v) => v !== 'empty').join('\n')
      if (said(ours) !== said(want)) differences.push(`kubeconform: ${said(want) || 'nothing'}\nPintle:      ${said(ours) || 'nothing'}\n${verdicts.flatMap((v) => [...v.violations.map((x) => x.message), v.message ?? '']).slice(0, 3).join('\n')}\n${text.slice(0, 600)}`)
    }
    return { ...counts, differences }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kubernetes: { type: 'string', multiple: true, default: [openapiVersions[0]] }, only: { type: 'string' }, broken: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' }, json: { type: 'string' },
    },
  })
  if (positionals.length === 0) {
    console.error('usage: npm run test:kubeconform -- DIR... [--kubernetes VERSION]... [--only TEXT] [--broken N] [--seed N] [--json FILE]')
    process.exit(2)
  }
  const program = await ensureTool('kubeconform')
  if (program === undefined) {
    console.error('SKIPPED: this needs the real kubeconform, which needs Go to build')
    process.exit(process.env.CI === 'true' ? 1 : 0)
  }
  const { documents, charts, cases, failures } = await renderedDocuments(positionals.map((p) => resolve(p.replace(/^~/, homedir()))), options.only)
  const random = new Random(Number(options.seed))
  const all = [...new Set(documents)]
  const whole = all.length
  for (let i = 0; i < whole; i++) for (let n = 0; n < Number(options.broken); n++) all.push(breakDocument(all[i]!, random))
  let bad = 0
  for (const version of options.kubernetes) {
    const { differences, ...counts } = await compareVerdicts(program, all, version)
    bad += differences.length
    for (const difference of differences.slice(0, 20)) console.log(`${difference}\n`)
    console.log(`Kubernetes ${version}: ${charts} charts, ${cases} cases (${failures} do not render), ${documents.length} documents, ${whole} different, ${all.length - whole} broken at random; ` +
      `${counts.objects} objects compared, of which kubeconform calls ${counts.invalid} invalid, ${counts.skipped} without a schema, ${counts.errors} unreadable: ${differences.length} differences`)
    if (options.json) writeFileSync(options.json, JSON.stringify({ version, ...counts, differences }, undefined, 1))
  }
  process.exit(bad === 0 && all.length > 0 ? 0 : 1)
}
