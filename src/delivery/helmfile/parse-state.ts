import { PintleError, isPintleError, meant, type Place } from '../../errors/index.ts'
import type { UnknownField } from '../../language/yaml/index.ts'
import { decodeDocumentsV3 } from '../../language/yaml/index.ts'
import { fillStruct } from './decode-spec.ts'
import { newEnvironment } from './environment.ts'
import { mergeStruct } from './merge-spec.ts'
import { stateSpec } from './schema.ts'
import { emptySpec, type State, type StateSpec } from './state.ts'
import { stateError } from './state-error.ts'
import type { WorkingFolder } from './working-folder.ts'

/** Where a text stands in a file that can be shown. */
export interface TextOrigin {
  /** Absolute. */
  readonly file: string
  readonly source: string
  /** Lines of the file before the text. */
  readonly before: number
}

export interface ParseInput {
  readonly folder: WorkingFolder
  readonly basePath: string
  readonly file: string
  readonly text: string
  /** Left out for what was rendered: its lines are nowhere, and it may hold secrets. */
  readonly origin?: TextOrigin
}

/** Reads the documents of one part of a file, each over those before it (StateCreator.Parse). */
export function parseState({ folder, basePath, file, text, origin }: ParseInput): State {
  const spec = emptySpec()
  spec.filepath = file
  let index = 0
  const documents = decodeDocumentsV3(text, stateSpec, { knownFields: true, mapFirst: true })
  try {
    for (;;) {
      index++
      const next = documents.next()
      if (next.done === true) break
      mergeStruct(spec, fillStruct<StateSpec>(next.value, stateSpec), stateSpec.fields, { override: true, append: true })
    }
  } catch (error) {
    if (!isPintleError(error)) throw error
    const advice = file.endsWith('.gotmpl') ? '' : '. Started seeing this since Helmfile v1? Add the .gotmpl file extension'
    throw stateError(`failed to read ${file}: reading document at index ${index}${advice}: ${error.message}`, { cause: error, ...explain(error, origin) })
  }
  return { folder, basePath, filePath: file, spec, env: newEnvironment(''), renderedValues: new Map(), originalReleases: [] }
}

function explain(error: PintleError, origin: TextOrigin | undefined): { place?: Place; hint?: string } {
  const line = error.details?.line as number | undefined
  const unknown = error.details?.unknown as UnknownField | undefined
  return {
    ...(origin === undefined || line === undefined ? {} : { place: { file: origin.file, line: line + origin.before, ...(unknown === undefined ? {} : { column: unknown.column }), source: origin.source } }),
    ...(unknown === undefined ? {} : { hint: meant(unknown.name, unknown.known) }),
  }
}

/** Whether text is no YAML, or no state: what an old file with templates in it looks like. */
export function isUnreadable(error: unknown): boolean {
  return isPintleError(error, 'helmfile.state') && /: reading document at index \d+/.test(error.message)
}
