import { pathBase } from '../../language/go/index.ts'
import { matchPath } from './match-path.ts'

interface Pattern {
  readonly rule: string
  /** How anything that matches begins: the rule up to its first special character. */
  readonly prefix: string
  /** The rule has no slash, so only the last element is tested. */
  readonly baseOnly: boolean
  readonly negate: boolean
  readonly mustBeFolder: boolean
}

/** The rules of a `.helmignore` file, as Helm's pkg/ignore reads and applies them: not quite .gitignore's. */
export class IgnoreRules {
  private readonly patterns: Pattern[] = []

  /**
   * Reads the text of a `.helmignore`.
   * @throws Error with Helm's text for `**` and for malformed patterns
   */
  static parse(text: string): IgnoreRules {
    const rules = new IgnoreRules()
    const lines = text.split('\n')
    for (let i = 0; i < lines.length; i++) {
      // bufio.Scanner's limit; Helm reports it after the rules before it were taken.
      if (lines[i]!.length >= 64 * 1024 && Buffer.byteLength(lines[i]!) >= 64 * 1024) throw new Error('bufio.Scanner: token too long')
      rules.add(i === 0 && lines[0]!.startsWith('\ufeff') ? lines[0]!.slice(1) : lines[i]!)
    }
    return rules
  }

  /** Helm's rule for dotfiles in templates/. */
  addDefaults(): this {
    this.add('templates/.?*')
    return this
  }

  private add(line: string): void {
    let rule = trimSpace(line)
    if (rule === '' || rule.startsWith('#')) return
    if (rule.includes('**')) throw new Error('double-star (**) syntax is not supported')
    matchPath(rule, 'abc')
    const negate = rule.startsWith('!')
    if (negate) rule = rule.slice(1)
    const mustBeFolder = rule.endsWith('/')
    if (mustBeFolder) rule = rule.slice(0, -1)
    const rooted = rule.startsWith('/')
    if (rooted) rule = rule.slice(1)
    this.patterns.push({ rule, prefix: /^[^*?[\\]*/.exec(rule)![0], baseOnly: !rooted && !rule.includes('/'), negate, mustBeFolder })
  }

  /** Whether the file or folder at `path` (slashes, relative to the chart) is to be left out. */
  ignores(path: string, isFolder: boolean): boolean {
    if (path === '' || path === '.' || path === './') return false
    const base = pathBase(path)
    for (const pattern of this.patterns) {
      const name = pattern.baseOnly ? base : path
      // A negated rule drops everything that does not match it: Helm's semantics, not git's (pkg/ignore/rules.go).
      if (pattern.negate) {
        if (pattern.mustBeFolder && !isFolder) return true
        if (!matches(pattern, name)) return true
        continue
      }
      if (pattern.mustBeFolder && !isFolder) continue
      if (matches(pattern, name)) return true
    }
    return false
  }
}

function matches({ rule, prefix, baseOnly }: Pattern, name: string): boolean {
  if (!name.startsWith(prefix)) return false
  if (prefix.length === rule.length) return name === rule
  // `*.tmp`: what most rules look like.
  if (rule.charCodeAt(0) === 0x2a && baseOnly && !/[*?[\\]/.test(rule.slice(1))) return name.endsWith(rule.slice(1))
  try {
    return matchPath(rule, name)
  } catch {
    return false
  }
}

/** strings.TrimSpace. */
export function trimSpace(s: string): string {
  return s.replace(/^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g, '')
}
