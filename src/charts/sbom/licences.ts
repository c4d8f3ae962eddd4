/** The SPDX identifiers that charts and images use; another is given as a name, which says the same. */
export const spdxIds: ReadonlySet<string> = new Set([
  '0BSD', 'AGPL-3.0-only', 'AGPL-3.0-or-later', 'Apache-2.0', 'Artistic-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSL-1.0', 'BUSL-1.1', 'CC-BY-4.0', 'CC0-1.0', 'EPL-1.0', 'EPL-2.0', 'EUPL-1.2',
  'GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'GPL-3.0-or-later', 'ISC', 'LGPL-2.1-only', 'LGPL-2.1-or-later', 'LGPL-3.0-only', 'LGPL-3.0-or-later', 'MIT', 'MIT-0', 'MPL-2.0', 'OFL-1.1',
  'PostgreSQL', 'Python-2.0', 'SSPL-1.0', 'Unlicense', 'Zlib',
])

/** `MIT OR Apache-2.0`, of identifiers known here. */
export function isSpdxExpression(text: string): boolean {
  const words = text.replaceAll(/[()]/g, ' ').trim().split(/\s+/)
  return words.length > 1 && words.length % 2 === 1 && words.every((word, i) => (i % 2 === 0 ? spdxIds.has(word) : word === 'OR' || word === 'AND'))
}
