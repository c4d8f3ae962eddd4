import { PintleError } from '../../errors/index.ts'
import { parsePath, pathText, setString, type Edit, type EditOptions, type PathStep } from '../../language/yaml/index.ts'

/** What is to be set, and where it may stand. */
export interface Move {
  /** A digest, or another text. */
  readonly value: string
  /** Paths in the order in which they are tried; the first that is there counts. */
  readonly paths: readonly string[]
  readonly document?: number
  /** Add the first path where none is there. */
  readonly add?: boolean
}

export type FileEdit =
  | { readonly kind: 'changed'; readonly text: string; readonly path: string; readonly line: number; readonly before: string | undefined; readonly after: string; readonly aliases: number }
  | { readonly kind: 'same'; readonly path: string; readonly line: number }
  /** `found`: how many steps of the path are there. */
  | { readonly kind: 'missing'; readonly found: number; readonly line: number; readonly merged: boolean }

/** Where the digest of an image is kept, in values, Application, HelmRelease or kustomization. */
export function digestPaths(key: string, repository: string | undefined): string[] {
  const member = `${key}.digest`
  const helm = (source: string): string[] => [`${source}.helm.valuesObject.${member}`, `${source}.helm.parameters[name=${member}].value`]
  return [
    member, `spec.values.${member}`, ...helm('spec.source'), ...[0, 1, 2, 3].flatMap((i) => helm(`spec.sources[${i}]`)),
    ...(repository === undefined ? [] : [`images[name=${repository}].digest`, `images[newName=${repository}].digest`]),
  ]
}

/**
 * Makes the move in the text of one file.
 * @throws PintleError gitops.edit where the value stands but cannot be set, yaml.parse
 */
export function editFile(file: string, text: string, move: Move): FileEdit {
  const options = move.document === undefined ? {} : { document: move.document }
  const paths = move.paths.map(pathOf)
  let nearest: Extract<FileEdit, { kind: 'missing' }> = { kind: 'missing', found: -1, line: 1, merged: false }
  for (const path of paths) {
    const edit = edited(file, text, path, move.value, options)
    if (edit.kind !== 'missing') return edit
    if (edit.found > nearest.found) nearest = edit
  }
  return move.add === true ? edited(file, text, paths[0]!, move.value, { ...options, add: true }) : nearest
}

function edited(file: string, text: string, path: readonly PathStep[], value: string, options: EditOptions): FileEdit {
  let edit = set(file, text, path, value, options)
  let after = value
  // A whole reference keeps its name and tag: ghcr.io/acme/web:1.2@sha256:…
  const name = edit.kind === 'changed' ? /^(.+)@sha256:[0-9a-f]{64}$/.exec(edit.before ?? '')?.[1] : undefined
  if (name !== undefined && /^sha256:[0-9a-f]{64}$/.test(value)) {
    after = `${name}@${value}`
    edit = set(file, text, path, after, options)
  }
  if (edit.kind === 'refused') throw new PintleError('gitops.edit', `${file}: ${pathText(path)} cannot be set: ${edit.why}`, { place: { file, line: edit.line, column: edit.column } })
  return edit.kind === 'changed' ? { ...edit, path: pathText(path), after } : edit.kind === 'same' ? { ...edit, path: pathText(path) } : edit
}

function set(file: string, text: string, path: readonly PathStep[], value: string, options: EditOptions): Edit {
  try {
    return setString(text, path, value, options)
  } catch (error) {
    const { line } = (error as PintleError).place ?? {}
    throw new PintleError('gitops.edit', `${file}: ${(error as Error).message}`, { cause: error, place: { file, ...(line === undefined ? {} : { line }) } })
  }
}

function pathOf(text: string): PathStep[] {
  const path = parsePath(text)
  if (typeof path === 'string') throw new PintleError('usage', `path ${JSON.stringify(text)}: ${path}`, { hint: 'Write it like image.digest, images[name=web].digest or spec.sources[0].targetRevision; a dot in a key is \\.' })
  return path
}
