import { PintleError } from '../../errors/index.ts'
import { emptyRelease } from './empty-release.ts'
import { mergeStruct } from './merge-spec.ts'
import { cloneRelease } from './clone-release.ts'
import { releaseSpec } from './schema.ts'
import type { Inherit, ReleaseSetSpec, ReleaseSpec } from './spec.ts'
import { because, stateError } from './state-error.ts'

/** Puts the file's default templates before those a release names, unless it names them (applyDefaultInherit). */
export function withDefaultInherits(spec: ReleaseSetSpec, inherits: readonly Inherit[]): Inherit[] {
  if (spec.defaultInherit.length === 0) return [...inherits]
  const named = inherits.filter((inherit) => inherit.template.trim() !== '')
  const known = new Set(named.map((inherit) => inherit.template.trim()))
  const first: Inherit[] = []
  for (const template of spec.defaultInherit) {
    if (known.has(template)) continue
    known.add(template)
    first.push({ template, except: [] })
  }
  return [...first, ...named]
}

/**
 * A release over the templates it inherits from: lists of templates come first, fields that are not empty win. Upstream: releaseWithInheritedTemplate.
 * @throws PintleError with helmfile's text, for a circle among others
 */
export function inheritedRelease(spec: ReleaseSetSpec, release: ReleaseSpec): ReleaseSpec {
  try {
    return inherit(spec, release, [])
  } catch (error) {
    if (error instanceof Circle) throw because(`unable to load release ${JSON.stringify(release.name)} with template`, error.circle)
    throw error
  }
}

/** A circle, and what stands around it: only the circle itself is told. */
class Circle extends Error {
  readonly circle: PintleError
  constructor(circle: PintleError) {
    super(circle.message)
    this.circle = circle
  }
}

function inherit(spec: ReleaseSetSpec, release: ReleaseSpec, path: readonly string[]): ReleaseSpec {
  const merged = emptyRelease()
  const rules = { override: true, append: true }
  for (const { template: name, except } of release.inherit) {
    if (name === '') return cloneRelease(release)
    const way = [...path, name]
    if (path.includes(name)) throw new Circle(stateError(`cyclic inheritance detected: ${way.join('->')}`))
    const template = spec.templates.get(name)
    if (template === undefined) throw stateError(`release ${JSON.stringify(release.name)} tried to inherit inexistent release template ${JSON.stringify(name)}`)
    let source: ReleaseSpec
    try {
      source = inherit(spec, template, way)
    } catch (error) {
      throw error instanceof Circle ? error : because(`unable to load release template ${JSON.stringify(name)}`, error)
    }
    for (const key of except) leaveOut(source, key)
    mergeStruct(merged, source, releaseSpec.fields, rules)
  }
  mergeStruct(merged, cloneRelease(release), releaseSpec.fields, rules)
  merged.inherit = []
  return merged
}

function leaveOut(release: ReleaseSpec, key: string): void {
  switch (key) {
    case 'labels': release.labels = new Map(); break
    case 'values': release.values = []; break
    case 'valuesTemplate': release.valuesTemplate = []; break
    case 'setTemplate': release.setTemplate = []; break
    case 'set': release.set = []; break
    case 'setString': release.setString = []; break
    case 'secrets': release.secrets = []; break
    default: throw stateError(`${JSON.stringify(key)} is not allowed under \`inherit\`. Allowed values are "set", "setTemplate", "values", "valuesTemplate", "secrets", and "labels"`)
  }
}
