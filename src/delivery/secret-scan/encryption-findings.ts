import { basename } from 'node:path'
import { formatOfPath, isEncrypted, keyName, readSealed, type KeySpec, type SopsConfig } from '../../charts/secrets/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { trackedFindings } from './tracked-files.ts'

/** What is wrong with a file that `.sops.yaml` is about, or that somebody decrypted. Nothing of its content is in it. */
export interface EncryptionFinding {
  readonly file: string
  readonly rule: 'unencrypted' | 'decrypted' | 'keys' | 'damaged'
  readonly reason: string
  readonly advice: string
}

/**
 * Looks at files as Git has them, without any key: those that a rule's path_regex is about have to be encrypted, for the keys of that rule; decrypted ones and those that SOPS encrypted partly have
 * to be nowhere. A rule without path_regex is about whatever somebody encrypts, and asks for nothing.
 * @param read the text of one; undefined for what is no text
 * @param configOf what `.sops.yaml` says of a path, and the path as it is known to that
 */
export function encryptionFindings(files: readonly string[], read: (path: string) => string | undefined, configOf: (path: string) => { config: SopsConfig; path: string } | undefined): EncryptionFinding[] {
  const tracked = trackedFindings(files, read)
  return files.flatMap((file): EncryptionFinding[] => {
    if (basename(file) === '.sops.yaml') return []
    const wrong = tracked.find((f) => f.file === file && ['file/decrypted', 'file/beside-encrypted', 'file/sops-no-mac', 'file/sops-partly'].includes(f.rule))
    if (wrong !== undefined) {
      const damaged = wrong.rule.startsWith('file/sops')
      return [{ file, rule: damaged ? 'damaged' : 'decrypted', reason: damaged ? `${wrong.reason}${wrong.path === '' ? '' : `: ${wrong.path}`}` : wrong.reason, advice: damaged ? 'Edit it with `pintle secrets edit`.' : `Take it out (\`git rm --cached ${file}\`) and add it to .gitignore.` }]
    }
    const found = configOf(file)
    if (found === undefined || !found.config.hasRules || !found.config.names(found.path)) return []
    const text = read(file)
    if (text === undefined || !isEncrypted(text)) {
      return text?.trim() === '' ? [] : [{ file, rule: 'unencrypted', reason: `${basename(found.config.file)} has a rule for it, and it is not encrypted`, advice: `Encrypt it: \`pintle secrets encrypt -i ${file}\`.` }]
    }
    return keysOf(file, text, found)
  })
}

function keysOf(file: string, text: string, { config, path }: { config: SopsConfig; path: string }): EncryptionFinding[] {
  try {
    const { metadata } = readSealed(text, { file, format: formatOfPath(file) })
    const now = config.ruleFor(path).groups.flat()
    const before = metadata.groups.flat()
    const added = now.filter((key) => !before.some((other) => sameKey(other, key)))
    const removed = before.filter((key) => !now.some((other) => sameKey(key, other)))
    if (added.length + removed.length === 0) return []
    const said = [...removed.map((key) => `for ${keyName(key)}, whom the rule does not name`), ...added.map((key) => `not for ${keyName(key)}`)]
    return [{ file, rule: 'keys', reason: `it is encrypted ${said.join(', ')}`, advice: `\`pintle secrets updatekeys ${file}\` encrypts it for those of the rule; \`pintle secrets rotate\` keeps out who was taken away.` }]
  } catch (error) {
    if (!isPintleError(error)) throw error
    return [{ file, rule: 'damaged', reason: error.message, advice: 'Take it from Git as it was, and change it with `pintle secrets edit`.' }]
  }
}

/** A rule may leave the version of a key open, and write it in other letters. */
function sameKey(encrypted: KeySpec, ofRule: KeySpec): boolean {
  if (encrypted.kind !== ofRule.kind) return false
  const open = ofRule.kind === 'azure_kv' && (ofRule.fields.version ?? '') === ''
  const name = (key: KeySpec): string => keyName(open ? { ...key, fields: { ...key.fields, version: '' } } : key)
  return encrypted.kind === 'pgp' ? name(encrypted).toUpperCase() === name(ofRule).toUpperCase() : name(encrypted) === name(ofRule)
}
