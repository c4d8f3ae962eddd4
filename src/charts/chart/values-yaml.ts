import { PintleError } from '../../errors/index.ts'
import { readTable } from './chart-yaml.ts'
import { trimSpace } from './ignore-rules.ts'
import { mergeMaps } from './merge-maps.ts'
import type { Table } from './merge-maps.ts'

/** One document of a YAML stream. */
export interface YamlDocument {
  readonly text: string
  /** How many lines of the stream are before it. */
  readonly line: number
}

/**
 * Splits a stream of values at lines that begin with `---` (apimachinery's YAMLReader); empty documents are left out.
 * @throws PintleError yaml.parse when something but a comment follows the dashes
 */
export function splitDocuments(text: string, file: string, prefix = ''): YamlDocument[] {
  // The reader ends the last line, as in UTF-16 it should not.
  if (!text.startsWith('---') && !text.includes('\n---')) return text === '' ? [] : [{ text: text.endsWith('\n') ? text : `${text}\n`, line: 0 }]
  const documents: YamlDocument[] = []
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
  let start = 0
  for (let i = 0; i <= lines.length; i++) {
    const last = i === lines.length
    if (!last && !lines[i]!.startsWith('---')) continue
    if (!last) {
      const rest = trimSpace(lines[i]!.slice(3))
      if (rest !== '' && rest[0] !== '#') {
        throw new PintleError('yaml.parse', `${prefix}error reading yaml document: invalid Yaml document separator: ${rest}`, {
          place: { file, line: i + 1, source: text },
        })
      }
    }
    const part = lines.slice(start, i).join('\n')
    if (part !== '') documents.push({ text: `${part}\n`, line: start })
    start = i + 1
  }
  return documents
}

/**
 * Reads values: the documents of a file laid over each other (LoadValues of the chart loader).
 * @throws PintleError yaml.parse with Helm's text, file, line and column
 */
export function readValuesText(text: string, file: string, prefix = ''): Table {
  let values: Table = new Map()
  for (const document of splitDocuments(text, file, prefix)) {
    const value = readTable(document.text, file, `${prefix}cannot unmarshal yaml document: `, { line: document.line, source: text })
    if (value === null) continue
    values = values.size === 0 ? value : mergeMaps(values, value)
  }
  return values
}
