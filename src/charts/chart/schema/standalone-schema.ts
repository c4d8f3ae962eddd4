import type { Value } from '../../../language/go/index.ts'
import { Compiler } from './compile.ts'
import { Documents } from './documents.ts'
import { parseJson } from './json.ts'
import { Roots } from './roots.ts'
import type { Schema } from './schema.ts'
import { validate } from './validator.ts'

/** A JSON schema that stands alone: nothing is loaded for it. Drafts 4 to 2020-12, with the verdicts and texts of santhosh-tekuri/jsonschema v6. */
export class StandaloneSchema {
  readonly #schema: Schema

  /**
   * @param text a JSON document; one without `$schema` is read as draft 2020-12
   * @throws Error with the text of encoding/json or the schema library when the schema is broken or refers to other documents
   */
  constructor(text: string) {
    const documents = new Documents()
    documents.add(url, parseJson(Buffer.from(text)))
    this.#schema = new Compiler(new Roots(documents, undefined), false).compile(url)
  }

  /** What a value does wrong: places, with the library's texts; nothing when it is valid. */
  violations(value: Value): { readonly path: readonly string[]; readonly message: string }[] {
    const failure = validate(this.#schema, value)
    return failure === undefined ? [] : [...failure.leaves()].map(({ path, text }) => ({ path, message: text }))
  }
}

const url = 'urn:pintle:schema'
