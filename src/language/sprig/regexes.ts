import { Int, NilSlice, quoteMeta, RegexpCache, TypedSlice } from '../go/index.ts'
import type { Regexp, Value } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

const strings = (items: readonly string[] | undefined): Value =>
  items === undefined ? NilSlice.ofType('[]string') : TypedSlice.make('[]string', items)

/** The regular expressions: those without `must` panic on a bad pattern, except regexMatch, which is false. */
export function regexes(): Family {
  const cache = new RegexpCache()
  const may = (pattern: Value): Regexp => cache.mustCompile(pattern as string)
  const must = (pattern: Value): Regexp => cache.compile(pattern as string)
  const both = (name: string, params: string, call: (re: Regexp, args: Value[]) => Value): Family => ({
    [`regex${name}`]: fn(params, (args) => call(may(args[0]!), args)),
    [`mustRegex${name}`]: fn(params, (args) => call(must(args[0]!), args)),
  })
  const count = (v: Value | undefined): number => Number((v as Int).value)
  return {
    ...both('FindAll', 'string,string,int', (re, [, s, n]) => strings(re.findAll(s as string, count(n)))),
    ...both('Find', 'string,string', (re, [, s]) => re.find(s as string) ?? ''),
    ...both('ReplaceAll', 'string,string,string', (re, [, s, to]) => re.replaceAll(s as string, to as string)),
    ...both('ReplaceAllLiteral', 'string,string,string', (re, [, s, to]) => re.replaceAllLiteral(s as string, to as string)),
    ...both('Split', 'string,string,int', (re, [, s, n]) => strings(re.split(s as string, count(n)))),
    mustRegexMatch: fn('string,string', ([pattern, s]) => must(pattern!).matchString(s as string)),
    regexMatch: fn('string,string', ([pattern, s]) => {
      try {
        return must(pattern!).matchString(s as string)
      } catch {
        return false
      }
    }),
    regexQuoteMeta: fn('string', ([s]) => quoteMeta(s as string)),
  }
}
