import { jsonSyntaxError, jsonUnmarshal, decodeShape, byteLength, type Shape, type Value } from '../../../language/go/index.ts'
import { readHead, unmarshalInto } from '../../../language/yaml/index.ts'

/** What Helm's linter reads of an object; undefined for an empty document. */
export interface LintedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

const string: Shape = { kind: 'string' }
/** k8sYamlStruct of pkg/chart/v2/lint/rules/template.go: most of its fields carry no name for JSON. */
const objectShape: Shape = {
  kind: 'ptr',
  elem: {
    kind: 'struct', type: 'rules.k8sYamlStruct', name: 'k8sYamlStruct',
    fields: [
      { name: 'apiVersion', shape: string },
      { name: 'Kind', shape: string },
      { name: 'Metadata', shape: { kind: 'struct', type: 'rules.k8sYamlMetadata', name: 'k8sYamlMetadata', fields: [{ name: 'Namespace', shape: string }, { name: 'Name', shape: string }] } },
    ],
  },
}

/**
 * The objects of a rendered file or of a CRD file, one by one, as apimachinery's YAMLOrJSONDecoder (util/yaml/decoder.go) reads them: a stream of JSON
 * objects, or documents between lines of `---`. A document that is nothing gives undefined.
 * @throws Error with the decoder's text
 */
export function* objectsOf(text: string): Generator<LintedObject | undefined, void, undefined> {
  // Only the beginning is looked at to guess whether this is JSON.
  const yaml = /^[\s\x85]*\{/.test(text.slice(0, 4096)) ? yield* jsonObjects(text) : { text }
  if (yaml === undefined) return
  let { problem } = yaml
  for (const document of documents(yaml.text)) {
    let object
    try {
      if (document instanceof Error) throw document
      object = yamlObject(document)
    } catch (error) {
      // When JSON failed before, it is JSON's error that is told.
      throw problem ?? error
    }
    problem = undefined
    yield object
  }
}

/** The objects of a JSON stream; what is left to be read as YAML after the first one or two, when it is no stream of JSON. */
function* jsonObjects(text: string): Generator<LintedObject | undefined, { text: string; problem?: Error } | undefined, undefined> {
  let at = 0
  for (let count = 0; ; count++) {
    const rest = text.slice(at)
    const lead = /^[ \t\r\n]*/.exec(rest)![0].length
    if (lead === rest.length) return undefined
    const length = valueLength(rest, lead)
    let problem: Error | undefined
    const syntax = length < 0 ? undefined : jsonSyntaxError(rest.slice(lead, length))
    if (length < 0) problem = new Error(unended(rest.slice(lead), byteLength(text.slice(0, at + lead))))
    else if (syntax !== undefined) problem = new Error(`json: offset ${byteLength(text.slice(0, at + lead)) + badByte(rest.slice(lead, length))}: ${syntax}`)
    else {
      try {
        const value = decodeShape(jsonUnmarshal(rest.slice(lead, length)), objectShape)
        at += length
        yield objectOf(value)
        continue
      } catch (error) {
        problem = error as Error
      }
    }
    // After two objects this is JSON for good, and its error is told as it is.
    if (count > 1) throw new Error(problem.message.replace(/^json: offset \d+: /, ''))
    // White space up to the end of the line is eaten before YAML goes on.
    const blank = /^[^\S\n]*\n?/.exec(rest)![0]
    return { text: rest.slice(blank.length), problem }
  }
}

/** Where the JSON value that starts at `from` ends; -1 when it does not. */
function valueLength(text: string, from: number): number {
  const c = text[from]
  if (c !== '{' && c !== '[') {
    const word = /^(?:"(?:[^"\\]|\\.)*"|[^\s,\]}{["]+|.)/s.exec(text.slice(from))
    return word === null ? -1 : from + word[0].length
  }
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++
    } else if (c === 0x7b || c === 0x5b) depth++
    else if ((c === 0x7d || c === 0x5d) && --depth === 0) return i + 1
  }
  return -1
}

/** What is said about a value that the text ends within: usually its syntax fails before. */
function unended(text: string, before: number): string {
  const syntax = jsonSyntaxError(text)
  return syntax === undefined || syntax.startsWith('unexpected end') ? 'unexpected EOF' : `json: offset ${before + badByte(text)}: ${syntax}`
}

/** The number of the byte at which the syntax of a text fails: the shortest beginning that fails otherwise than by its end. */
function badByte(text: string): number {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high) >> 1
    const problem = jsonSyntaxError(text.slice(0, middle + 1))
    if (problem === undefined || problem.startsWith('unexpected end') || problem.startsWith("invalid character ' ' ")) low = middle + 1
    else high = middle
  }
  return byteLength(text.slice(0, low + 1))
}

/**
 * YAMLReader of the same file: documents end at lines that begin with `---`. That line is part of the document when nothing stood before it.
 * An error is given as a value, since reading stops there.
 */
function* documents(text: string): Generator<string | Error, void, undefined> {
  if (!text.startsWith('---') && !text.includes('\n---')) {
    if (text !== '') yield lines(text)
    return
  }
  let buffer: string[] = []
  for (const line of (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim()
      if (rest !== '' && !rest.startsWith('#')) {
        yield new Error(`invalid Yaml document separator: ${rest}`)
        return
      }
      if (buffer.length > 0) {
        yield lines(buffer.join('\n'))
        buffer = []
        continue
      }
    }
    buffer.push(line)
  }
  if (buffer.length > 0) yield lines(buffer.join('\n'))
}

/** Each line ends with a newline alone. */
function lines(text: string): string {
  const whole = text.endsWith('\n') ? text : `${text}\n`
  return whole.includes('\r') ? whole.replaceAll('\r\n', '\n') : whole
}

/** Where the namespace may be no string: the quick way does not look at it. */
const oddNamespace = /namespace["']?[ \t]*:[ \t]*(?:[\r\n[{&*!|>#]|$)/i

function yamlObject(document: string): LintedObject | undefined {
  if (!oddNamespace.test(document)) {
    try {
      const head = readHead(document)
      if (head.apiVersion !== '' || head.kind !== '' || head.name !== '') return head
    } catch {
      // Told below, in the words of this target.
    }
  }
  return objectOf(unmarshalInto(document, objectShape))
}

function objectOf(value: Value): LintedObject | undefined {
  if (!(value instanceof Map)) return undefined
  const text = (map: Value | undefined, key: string): string => (map instanceof Map ? ((map.get(key) as string | undefined) ?? '') : '')
  return { apiVersion: text(value, 'apiVersion'), kind: text(value, 'Kind'), name: text(value.get('Metadata'), 'Name') }
}
