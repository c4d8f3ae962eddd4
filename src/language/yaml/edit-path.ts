/** One step into a document: a mapping's key, a sequence's index, or the item of a sequence whose member `key` is `equals`. */
export type PathStep = string | number | { readonly key: string; readonly equals: string }

/**
 * Reads a path as people write it: `image.digest`, `containers[0].image`, `images[name=ghcr.io/acme/web].digest`; `\.` is a dot in a key.
 * @returns why it is none, in words
 */
export function parsePath(text: string): PathStep[] | string {
  const steps: PathStep[] = []
  let rest = text
  while (rest !== '') {
    const key = /^(?:[^.[\]\\]|\\[\s\S])+/.exec(rest)
    if (key !== null && (steps.length === 0 || text[text.length - rest.length - 1] === '.')) {
      steps.push(key[0].replaceAll(/\\([\s\S])/g, '$1'))
      rest = rest.slice(key[0].length)
    } else if (rest.startsWith('[')) {
      const item = /^\[(?:(\d{1,9})|([^=\]]+)=([^\]]*))\]/.exec(rest)
      if (item === null) return `${JSON.stringify(rest)} is neither [INDEX] nor [KEY=VALUE]`
      steps.push(item[1] === undefined ? { key: item[2]!, equals: item[3]! } : Number(item[1]))
      rest = rest.slice(item[0].length)
    } else return `${JSON.stringify(rest)} is no key`
    if (rest.startsWith('.')) {
      rest = rest.slice(1)
      if (rest === '') return 'it ends with a dot'
    } else if (rest !== '' && !rest.startsWith('[')) return `${JSON.stringify(rest)} follows without a dot`
  }
  return steps.length === 0 ? 'it is empty' : steps
}

/** The text of a path, as parsePath reads it. */
export function pathText(steps: readonly PathStep[]): string {
  return steps.map((s, i) => (typeof s === 'number' ? `[${s}]` : typeof s === 'object' ? `[${s.key}=${s.equals}]` : `${i === 0 ? '' : '.'}${s.replaceAll(/[.[\]\\]/g, '\\$&')}`)).join('')
}
