import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { mostApprovals } from './check-approvals.ts'

/** Bytes of one decision; hundreds of them must not fill the memory. */
const longestApproval = 256 << 10

/** Where the approvals of a plan lie, unless somebody says otherwise: a folder beside it. */
export const approvalsFolder = (plan: string): string => `${plan}.approvals`

/** Endings of envelopes and of Sigstore's bundles. */
export const approvalEndings = { envelope: '.dsse.json', bundle: '.sigstore.json' } as const

/** The file an identity's decision is kept in: a later decision takes the place of an earlier one, and nobody else's. */
export function approvalFileName(identity: string, ending: string): string {
  const safe = identity.replaceAll(/[^\w@+.-]|^[.-]/g, (c) => [...Buffer.from(c)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join(''))
  return `${safe.length <= 150 ? safe : `${safe.slice(0, 100)}~${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`}${ending}`
}

/**
 * Reads what lies in folders and files of approvals. What is not readable is handed on as it is, to be reported; nothing is passed over silently.
 * @param paths files, or folders with files ending in .dsse.json and .sigstore.json; a folder that is not there holds none
 * @throws PintleError usage when a file is not there
 */
export function readApprovalDocuments(paths: readonly string[]): { name: string; text: string }[] {
  return paths.flatMap((path) => {
    const kind = statSync(path, { throwIfNoEntry: false })
    if (kind?.isDirectory()) {
      const names = readdirSync(path).filter((n) => Object.values(approvalEndings).some((e) => n.endsWith(e))).sort()
      return names.slice(0, mostApprovals + 1).map((name) => ({ name, text: textOf(join(path, name)) }))
    }
    if (kind === undefined && path.endsWith('.approvals')) return []
    if (kind === undefined) throw new PintleError('usage', `there is no approval ${path}`)
    return [{ name: path, text: textOf(path) }]
  })
}

/** What is too large to be an approval, is no file or cannot be read, is no JSON and is reported as such. */
function textOf(path: string): string {
  try {
    const found = statSync(path)
    // A pipe would be waited for.
    return !found.isFile() || found.size > longestApproval ? '' : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
