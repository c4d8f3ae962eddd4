/** How a file is read. */
export type FileFormat = 'yaml' | 'json' | 'dotenv' | 'binary'

export const fileFormats: readonly FileFormat[] = ['yaml', 'json', 'dotenv', 'binary']

/** The format that SOPS takes a file to have by its name. Upstream: FormatForPath in cmd/sops/formats. @returns undefined for INI, which is not read */
export function formatOfPath(path: string): FileFormat | undefined {
  if (/\.ya?ml$/.test(path)) return 'yaml'
  if (path.endsWith('.json')) return 'json'
  if (path.endsWith('.env')) return 'dotenv'
  if (path.endsWith('.ini')) return undefined
  return 'binary'
}
