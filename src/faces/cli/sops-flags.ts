import { fileFormats, findSopsConfig, readSopsConfig, type FileFormat, type Indents, type SopsConfig, defaultIndents, formatOfPath } from '../../charts/secrets/index.ts'
import type { CommandContext } from './command.ts'
import { usage, type FlagSpec } from './flags.ts'

const formatWords = fileFormats.join(', ')

export const inputTypeFlag: FlagSpec = { name: 'input-type', type: 'string', choices: fileFormats, usage: `how the file is read: ${formatWords}; by its name when left out` }
export const outputTypeFlag: FlagSpec = { name: 'output-type', type: 'string', choices: fileFormats, usage: `how the file is written: ${formatWords}; by its name when left out` }
export const configFlag: FlagSpec = { name: 'config', type: 'string', placeholder: 'file', usage: 'this .sops.yaml instead of the nearest one upward from the working folder (SOPS_CONFIG)' }
export const indentFlag: FlagSpec = { name: 'indent', type: 'int', usage: 'spaces a level in YAML and JSON that is written; by .sops.yaml when left out' }
export const inPlaceFlag: FlagSpec = { name: 'in-place', short: 'i', type: 'bool', usage: 'write the result into the file itself' }
export const outputFlag: FlagSpec = { name: 'output', type: 'string', placeholder: 'file', usage: 'write the result into this file' }
export const nameFlag: FlagSpec = { name: 'filename-override', type: 'string', placeholder: 'file', usage: 'name that decides about types and the rule of .sops.yaml, instead of the file\'s own' }
export const ignoreMacFlag: FlagSpec = { name: 'ignore-mac', type: 'bool', usage: 'go on with a file that is not whole: values may have been removed, reordered or exchanged' }
export const orderFlag: FlagSpec = { name: 'decryption-order', type: 'string', placeholder: 'kinds', usage: 'kinds of key that are tried first, apart at commas (SOPS_DECRYPTION_ORDER)' }
export const thresholdFlag: FlagSpec = { name: 'shamir-secret-sharing-threshold', type: 'int', usage: 'of how many key groups a key is needed; of all when left out' }

/** The types and layout of a file, and the rules for it. */
export class SopsSetting {
  readonly input: FileFormat
  readonly output: FileFormat
  readonly indents: Indents
  readonly config: SopsConfig | undefined

  /**
   * @param name what types are taken from
   * @param folder where the search for .sops.yaml begins
   * @param fallback the type of a file whose name tells none
   */
  constructor({ flags, out }: Pick<CommandContext, 'flags' | 'out'>, name: string, folder = '.', fallback: FileFormat = 'binary') {
    const type = (flag: string): FileFormat => {
      const asked = flags.has(flag) ? flags.string(flag) : ''
      if (asked !== '' && !fileFormats.includes(asked as FileFormat)) throw usage(`unknown type ${JSON.stringify(asked)}; there are: ${formatWords}`)
      if (asked !== '') return asked as FileFormat
      const own = formatOfPath(name)
      return own === 'binary' ? fallback : own
    }
    this.input = type('input-type')
    this.output = type('output-type')
    const asked = (flags.has('config') ? flags.string('config') : '') || (process.env.SOPS_CONFIG ?? '')
    const { path, ignored } = asked === '' ? findSopsConfig(folder) : { path: asked }
    if (ignored !== undefined) out.warn(`${ignored} is passed over: the file must be called .sops.yaml`)
    this.config = path === undefined ? undefined : readSopsConfig(path)
    const indent = flags.has('indent') && flags.changed('indent') ? flags.number('indent') : undefined
    if (indent !== undefined && indent < 0) throw usage('--indent cannot be negative')
    this.indents = indent === undefined ? (this.config?.indents ?? defaultIndents) : { yaml: indent || defaultIndents.yaml, json: indent, binary: indent }
  }
}
