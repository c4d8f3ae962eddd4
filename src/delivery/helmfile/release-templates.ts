import { sprintf, type Value } from '../../language/go/index.ts'
import { deepEqual } from '../../language/sprig/index.ts'
import { AnyKeyMap, anyMap, marshalPretty, unmarshalIntoV3 } from '../../language/yaml/index.ts'
import { cloneRelease } from './clone-release.ts'
import { encodeStruct } from './encode-spec.ts'
import type { LoadRun } from './load-run.ts'
import { inheritedRelease, withDefaultInherits } from './release-inheritance.ts'
import { releaseSpec } from './schema.ts'
import type { ReleaseSpec, SetValue } from './spec.ts'
import type { State } from './state.ts'
import { because, stateError } from './state-error.ts'
import { releaseData } from './template-data.ts'
import { copyValue, stringKeys, type Values } from './values-merge.ts'

/** What one release refers to in itself must be settled after so many rounds. */
const maxRounds = 6

/**
 * Gives every release what it inherits, and renders the templates in its fields, round after round until nothing changes any more. Changes `state.spec.releases`.
 * Upstream: ExecuteTemplates in pkg/state/state_exec_tmpl.go.
 */
export async function executeReleaseTemplates(run: LoadRun, state: State): Promise<void> {
  const { spec } = state
  for (const [i, given] of spec.releases.entries()) {
    const release = inheritedRelease(spec, { ...given, inherit: withDefaultInherits(spec, given.inherit) })
    release.kubeContext ||= spec.helmDefaults.kubeContext
    for (const [key, value] of spec.commonLabels) release.labels.set(key, value)
    if (release.apiVersions.length === 0) release.apiVersions = spec.apiVersions
    release.kubeVersion ||= spec.kubeVersion
    const done = await settle(run, state, release)
    spec.releases[i] = done
    if (done.chart === '') throw stateError(`encountered empty chart while reading release ${JSON.stringify(done.name)}`)
  }
}

async function settle(run: LoadRun, state: State, release: ReleaseSpec): Promise<ReleaseSpec> {
  const failing = (why: string, cause?: unknown): Error => because(`failed executing templates in release "${state.filePath}"."${release.name}"`, cause ?? new Error(why))
  let before: ReleaseSpec | undefined
  try {
    for (let round = 0; round < maxRounds; round++) {
      const next = await renderRelease(run, state, release, before ?? release)
      if (before !== undefined && sameRelease(before, next)) return templatedBooleans(next)
      before = next
    }
  } catch (error) {
    throw failing('', error)
  }
  throw failing("recursive references can't be resolved")
}

/** One round: the release's own templates, rendered with what the round before it made of the release. */
async function renderRelease(run: LoadRun, state: State, release: ReleaseSpec, seen: ReleaseSpec): Promise<ReleaseSpec> {
  const { spec } = state
  const data = releaseData(state.env, seen, state.renderedValues, { kubeContext: spec.kubeContext, namespace: spec.namespace, chart: spec.chart })
  const render = async (text: string, where: string): Promise<string> => {
    try {
      return await run.renderer.render(state.folder, state.basePath, text, data)
    } catch (error) {
      throw because(`failed executing template expressions in release "${release.name}".${where} = "${text}"`, error)
    }
  }
  const out = cloneRelease(release)
  for (const field of ['name', 'chart', 'namespace', 'version'] as const) out[field] = (await render(out[field], field)).trim()
  for (const field of ['waitTemplate', 'installedTemplate', 'conditionTemplate', 'verifyTemplate'] as const) {
    if (out[field] !== undefined) out[field] = await render(out[field], field)
  }
  for (const [key, value] of out.labels) out.labels.set(key, await render(value, `labels[${key}]`))
  for (const [i, arg] of out.postRendererArgs.entries()) out.postRendererArgs[i] = await render(arg, 'postRendererArgs')
  for (const [i, value] of out.valuesTemplate.entries()) if (value instanceof Map) out.valuesTemplate[i] = await renderMap(render, value, `values[${i}]`)
  out.values = [...out.valuesTemplate.map(copyValue), ...out.values]
  for (const [i, value] of out.values.entries()) {
    if (typeof value === 'string') out.values[i] = await render(value, `values[${i}]`)
    else if (value instanceof AnyKeyMap) out.values[i] = castValues(release.name, value, i)
  }
  for (const [i, value] of out.secrets.entries()) if (typeof value === 'string') out.secrets[i] = await render(value, `secrets[${i}]`)
  for (const [i, set] of out.setTemplate.entries()) out.setTemplate[i] = await renderSet(render, set, i)
  out.set = [...out.setTemplate.map((set) => ({ ...set })), ...out.set]
  for (const [i, need] of out.needs.entries()) out.needs[i] = await render(need, `needs[${i}]`)
  return out
}

function castValues(name: string, value: AnyKeyMap, i: number): Value {
  try {
    return stringKeys(value)
  } catch (error) {
    const shown = [...value].map(([text, item]) => `${sprintf('%s', [value.keysByText.get(text) ?? text])}:${sprintf('%s', [item])}`).join(' ')
    throw because(`failed executing template expressions in release "${name}".values[${i}] = "map[${shown}]"`, error)
  }
}

type Render = (text: string, where: string) => Promise<string>

async function renderMap(render: Render, value: Values, where: string): Promise<Value> {
  const text = marshalPretty(value)
  if (!text.includes('{{')) return value
  const rendered = await render(text, where)
  try {
    return stringKeys((unmarshalIntoV3(rendered, anyMap) as Values | null) ?? new Map())
  } catch (error) {
    throw because(sprintf(`failed executing template expressions in release.${where} = "%v"`, [value]), error)
  }
}

async function renderSet(render: Render, set: SetValue, i: number): Promise<SetValue> {
  const values: Value[] = []
  for (const [j, value] of set.values.entries()) values.push(typeof value === 'string' ? await render(value, `set[${i}].values[${j}]`) : value)
  return {
    name: await render(set.name, `set[${i}].name`), value: await render(set.value, `set[${i}].value`), file: await render(set.file, `set[${i}].file`), values,
  }
}

/** installedTemplate and the like become what they say (updateBoolTemplatedValues). */
function templatedBooleans(release: ReleaseSpec): ReleaseSpec {
  const { installedTemplate, conditionTemplate, waitTemplate, verifyTemplate } = release
  if (installedTemplate !== undefined) {
    release.installed = booleanOf(installedTemplate, 'installedTemplate')
    release.installedTemplate = undefined
  }
  if (conditionTemplate !== undefined) {
    release.condition = String(booleanOf(conditionTemplate, 'conditionTemplate'))
    release.conditionTemplate = undefined
  }
  if (waitTemplate !== undefined) {
    release.wait = booleanOf(waitTemplate, 'waitTemplate')
    release.waitTemplate = undefined
  }
  if (verifyTemplate !== undefined) {
    release.verify = booleanOf(verifyTemplate, 'verifyTemplate')
    release.verifyTemplate = undefined
  }
  return release
}

function booleanOf(text: string, field: string): boolean {
  try {
    return unmarshalIntoV3(text, { kind: 'bool' }) === true
  } catch (error) {
    throw because(`${field}: failed deserialising string ${text}`, error)
  }
}

function sameRelease(a: ReleaseSpec, b: ReleaseSpec): boolean {
  return deepEqual(encodeStruct(a, releaseSpec.fields), encodeStruct(b, releaseSpec.fields))
}

