import { readFileSync } from 'node:fs'
import { sortManifests } from '../../charts/render/index.ts'
import { imageFacts, objectsOf } from '../../delivery/plan/index.ts'
import type { Facts, InputFacts, ManifestFacts, RenderedObject } from '../../delivery/policy/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { ciRun, operator } from './operator.ts'
import { reportsOf } from './policy-flags.ts'

/** Manifests above this are not read. */
const maxBytes = 100 * 1024 * 1024

/** Facts about rendered objects, whatever made them. Hooks are those with Helm's annotation. */
export async function factsOfManifests({ flags }: CommandContext, file: string, now: Date): Promise<Facts> {
  const name = file === '-' ? 'stdin' : file
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new PintleError('usage', `cannot read ${name}: ${(error as Error).message}`, { cause: error })
  }
  if (text.length > maxBytes) throw new PintleError('usage', `${name} is larger than ${maxBytes >> 20} MiB`)
  const sorted = sortManifests(new Map([[name, text]]))
  const ci = ciRun()
  const { scans, tests } = reportsOf(flags)
  const manifests: ManifestFacts = {
    objects: sorted.manifests.flatMap(({ path, content }) => objectsOf(content).map((object): RenderedObject => ({ source: path, object }))),
    hooks: sorted.hooks.flatMap(({ path, manifest, events, weight, deletePolicies }) => objectsOf(manifest).map((object): RenderedObject => ({ source: path, object, hook: { events, weight, deletePolicies } }))),
    crds: [], recordBytes: 0,
  }
  const inputs: InputFacts = { images: imageFacts(sorted, { scans }), values: [], setKeys: [], ...(tests !== undefined && { tests }) }
  return { environment: flags.string('environment'), service: '', now, run: { operator: operator(), ciRequired: false, ...(ci && { ci: ci.provider }) }, manifests, inputs }
}
