import { positions } from '../../language/yaml/index.ts'

/** No comment that is worth keeping is longer. */
const maxLines = 30

/** In which order a values.yaml has its keys: numbers by path, keys joined by NUL. */
export function valueOrder(text: string): Map<string, number> {
  return new Map([...positions(text)].map(({ path }, i) => [path.join('\0'), i]))
}

/**
 * What a values.yaml says about its keys: the comment lines right above a key, or behind its value; helm-docs' `# -- text` and `# @default -- text`;
 * Bitnami's `## @param path text`, wherever it stands.
 * @returns lines by path, keys joined by NUL
 */
export function valueComments(text: string): Map<string, string[]> {
  const lines = text.split('\n')
  const out = new Map<string, string[]>()
  for (const { path, line, column } of positions(text)) {
    const key = path.at(-1)
    if (typeof key !== 'string' || lines[line - 1] === undefined) continue
    const above: string[] = []
    for (let i = line - 2; i >= 0 && above.length < maxLines; i--) {
      const comment = /^(\s*)#+ ?(.*)$/.exec(lines[i]!)
      // What is indented otherwise belongs to something else.
      if (comment === null || comment[1]!.length !== column - 1) break
      above.unshift(comment[2]!.trimEnd())
    }
    const behind = / #+ (.*)$/.exec(lines[line - 1]!.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, ''))?.[1]
    const said = cleaned(above)
    if (said.length > 0) out.set(path.join('\0'), said)
    else if (behind !== undefined) out.set(path.join('\0'), [behind.trim()])
  }
  for (const m of text.matchAll(/^[ \t]*##? @param (\S+)(?: \[[^\]]*\])? +(.+)$/gm)) out.set(m[1]!.split('.').join('\0'), [m[2]!.trim()])
  return out
}

function cleaned(lines: readonly string[]): string[] {
  // helm-docs takes the last `--` and what follows.
  const start = lines.findLastIndex((line) => /^(?:[\w.-]+ )?-- /.test(line))
  const own = (start < 0 ? lines : lines.slice(start)).filter((line) => !/^@(?:param|section|skip|extra|descriptionStart|descriptionEnd|ignored?|raw|notationType)\b/.test(line))
  const out = own.map((line, i) => (start >= 0 && i === 0 ? line.replace(/^(?:[\w.-]+ )?-- (?:\([^)]*\) )?/, '') : line.replace(/^@default -- /, '@default ')))
  while (out.length > 0 && /^[\s#=*-]*$/.test(out[0]!)) out.shift()
  while (out.length > 0 && /^[\s#=*-]*$/.test(out.at(-1)!)) out.pop()
  return out
}
