import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { meant } from '../../../errors/index.ts'
import { PublicKey, readTrustedRoot } from '../../../charts/signatures/index.ts'
import { parseDuration } from '../../../language/go/index.ts'
import { keyedMap, type Fault, type Path } from '../../settings/index.ts'
import { pemVerifyingKey } from '../keys/pem-key.ts'
import { SshPublicKey } from '../keys/ssh-public-key.ts'
import { readAllowedSigners } from './allowed-signers.ts'
import type { Requirement, Trust, TrustedIdentity, TrustedKey } from './trust.ts'

const keys = ['identities', 'allowedSigners', 'trustedRoot', 'importers']
const identityKeys = ['name', 'aliases', 'groups', 'key', 'ssh', 'keyless', 'github']
/** The last three are for others to read. */
const requirementKeys = ['approvals', 'approvers', 'maxAge', 'stagedIn', 'from', 'checklist']
const longestFile = 1 << 20

/**
 * Reads the section `trust` of pintle.yaml and the key files it names.
 * @param raw the section as written
 * @param base folder of pintle.yaml: paths are relative to it
 * @throws what `fault` makes
 */
export function readTrust(raw: unknown, base: string, fault: Fault): Trust {
  if (raw === undefined || raw === null) return { identities: [], importers: [] }
  const section = keyedMap(raw, keys, { section: 'trust', fault })
  const list = section.identities ?? []
  if (!Array.isArray(list)) throw fault(['identities'], 'trust.identities must be a list')
  const identities = list.map((item, i) => identityOf(item, `trust.identities.${i}`, base, (path, ...rest) => fault(['identities', i, ...path], ...rest)))
  if (section.allowedSigners !== undefined) addAllowedSigners(identities, textOf(section.allowedSigners, ['allowedSigners'], fault), base, fault)
  const importers = namesIn(section.importers, ['importers'], fault)
  for (const [i, name] of importers.entries()) if (!identities.some((x) => x.name === name)) throw fault(['importers', i], `trust.importers names ${name}, and trust has no such identity`, meant(name, identities.map((x) => x.name)))
  refuseSharedNames(identities, fault)
  const root = section.trustedRoot === undefined ? undefined : resolve(base, textOf(section.trustedRoot, ['trustedRoot'], fault))
  if (root === undefined && identities.some((i) => i.keyless.length > 0)) throw fault(['identities'], 'keyless identities need trust.trustedRoot', '`cosign trusted-root create` writes one; nothing is fetched.')
  return { identities, importers, ...(root !== undefined && { trustedRoot: once(() => readTrustedRoot(root)) }) }
}

/**
 * Reads `requires` of an environment: `{ approvals: 2, approvers: ["@acme/sre", alice@acme], maxAge: 8h }`.
 * @throws what `fault` makes
 */
export function readRequirement(raw: unknown, fault: Fault): Requirement {
  if (raw === undefined || raw === null) return { approvals: 0, approvers: [] }
  const section = keyedMap(raw, requirementKeys, { section: 'requires', fault })
  // Naming approvers asks for one of them; other requirements ask for nobody.
  const approvals = section.approvals ?? (section.approvers === undefined ? 0 : 1)
  if (!Number.isSafeInteger(approvals) || (approvals as number) < 0 || (approvals as number) > 100) throw fault(['approvals'], 'requires.approvals must be a whole number from 0 to 100')
  const maxAge = section.maxAge === undefined ? undefined : milliseconds(section.maxAge)
  if (section.maxAge !== undefined && maxAge === undefined) throw fault(['maxAge'], 'requires.maxAge must be a duration, as in 8h or 90m')
  return { approvals: approvals as number, approvers: namesIn(section.approvers, ['approvers'], fault), ...(maxAge !== undefined && { maxAge }) }
}

/** @returns milliseconds, or undefined when it is no positive duration */
function milliseconds(text: unknown): number | undefined {
  try {
    const found = Number(parseDuration(text as string).nanoseconds / 1_000_000n)
    return found > 0 ? found : undefined
  } catch {
    return undefined
  }
}

type Writable = { -readonly [K in keyof TrustedIdentity]: TrustedIdentity[K] } & { aliases: string[]; keys: TrustedKey[] }

function identityOf(item: unknown, section: string, base: string, fault: Fault): Writable {
  const map = keyedMap(item, identityKeys, { section, fault })
  const name = textOf(map.name, ['name'], fault)
  // oxlint-disable-next-line no-control-regex
  if (name.length > 200 || /[\u0000-\u001f\u007f-\u009f]/.test(name)) throw fault(['name'], 'a name has no control characters, and at most 200 letters')
  const texts = (key: string): string[] => (typeof map[key] === 'string' ? [map[key]] : namesIn(map[key], [key], fault))
  const attempt = <T>(key: string, make: () => T): T => {
    try {
      return make()
    } catch (error) {
      throw fault([key], `${name}: ${(error as Error).message}`)
    }
  }
  const pem = texts('key').map((file) => attempt('key', () => ({ key: pemVerifyingKey(new PublicKey(readText(resolve(base, file)), file)) })))
  const ssh = texts('ssh').flatMap((text) => attempt('ssh', () => sshKeys(text, base)))
  const groups = namesIn(map.groups, ['groups'], fault)
  for (const [i, group] of groups.entries()) if (!group.startsWith('@')) throw fault(['groups', i], `a group begins with @: @${group}`)
  const keyless = map.keyless === undefined ? [] : (Array.isArray(map.keyless) ? map.keyless : [map.keyless]).map((entry) => {
    const { issuer, identity } = keyedMap(entry, ['issuer', 'identity'], { section, at: ['keyless'], fault })
    return { issuer: textOf(issuer, ['keyless', 'issuer'], fault), identity: textOf(identity, ['keyless', 'identity'], fault) }
  })
  const github = map.github === undefined ? undefined : textOf(map.github, ['github'], fault)
  return { name, aliases: namesIn(map.aliases, ['aliases'], fault), groups, keys: [...pem, ...ssh], keyless, ...(github !== undefined && { github }) }
}

/** A key as it stands, or the path of a file with one in each line, as GitHub gives them out at /LOGIN.keys. */
function sshKeys(text: string, base: string): TrustedKey[] {
  if (/^\S+ AAAA/.test(text.trim())) return [{ key: SshPublicKey.fromLine(text, 'its key') }]
  const lines = readText(resolve(base, text)).split('\n').map((l) => l.trim()).filter((l) => l !== '' && !l.startsWith('#'))
  if (lines.length === 0) throw new Error(`${text} holds no keys`)
  return lines.map((line, i) => ({ key: SshPublicKey.fromLine(line, `${text}, line ${i + 1}`) }))
}

function addAllowedSigners(identities: Writable[], path: string, base: string, fault: Fault): void {
  let signers
  try {
    signers = readAllowedSigners(readText(resolve(base, path)))
  } catch (error) {
    throw fault(['allowedSigners'], `${path}: ${(error as Error).message}`)
  }
  for (const { principals, key } of signers) {
    const [name, ...aliases] = principals as [string, ...string[]]
    const known = identities.find((i) => i.name === name)
    if (known === undefined) identities.push({ name, aliases, groups: [], keys: [key], keyless: [] })
    else {
      known.keys = [...known.keys, key]
      known.aliases = [...new Set([...known.aliases, ...aliases])]
    }
  }
}

/** A key or name of two people would let one of them count twice. */
function refuseSharedNames(identities: readonly TrustedIdentity[], fault: Fault): void {
  const owners = new Map<string, string>()
  const claim = (what: string, shown: string, owner: string, path: Path): void => {
    const other = owners.get(what)
    if (other !== undefined && other !== owner) throw fault(path, `${shown} belongs to ${other} and to ${owner}`, 'One person is one identity, with all of their names and keys.')
    owners.set(what, owner)
  }
  const names = new Set<string>()
  for (const [i, identity] of identities.entries()) {
    const path = ['identities', i]
    if (names.has(identity.name.toLowerCase())) throw fault(path, `there are two identities ${identity.name}`, 'One person is one identity, with all of their names and keys.')
    names.add(identity.name.toLowerCase())
    for (const name of [identity.name, ...identity.aliases]) claim(`name ${name.toLowerCase()}`, `the name ${name}`, identity.name, path)
    for (const { key } of identity.keys) claim(`key ${key.id}`, `the key ${key.id}`, identity.name, path)
    for (const k of identity.keyless) claim(`keyless ${JSON.stringify([k.issuer, k.identity])}`, `the identity ${k.identity}`, identity.name, path)
    if (identity.github !== undefined) claim(`github ${identity.github.toLowerCase()}`, `the login ${identity.github}`, identity.name, path)
  }
}

function readText(path: string): string {
  if (statSync(path).size > longestFile) throw new Error(`${path} is too large`)
  return readFileSync(path, 'utf8')
}

function textOf(value: unknown, path: Path, fault: Fault): string {
  if (typeof value !== 'string' || value.trim() === '') throw fault(path, `${path.at(-1)} must be a text`)
  return value
}

function namesIn(value: unknown, path: Path, fault: Fault): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((v) => typeof v === 'string' && v !== '')) throw fault(path, `${path.at(-1)} must be a list of names`)
  return value as string[]
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
