import { helmFunctions } from '../../src/language/sprig/index.ts'
import type { Random } from './random.ts'

/** What depends on chance or the clock, or takes long. */
const unrepeatable = /^(?:rand|shuffle|uuidv4|bcrypt|htpasswd|gen|derivePassword|encryptAES|now$|ago$|date|htmlDate|must_?date|(?:must)?toDate$|buildCustomCert|fail$|include$|tpl$|keys$|values$|hello$|lookup$|getHostByName$)/i
const names = [...helmFunctions.keys()].filter((name) => !unrepeatable.test(name))

const texts = [
  '"a"', '""', '"-"', '"ab"', '"héé 漢"', '"A-b_c d"', '"1,2,,3"', '"1.2.3-rc.1+b"', '">=1.2, <2 || ^3"', '"[a-c]+(x)?"', '"(?P<n>\\\\d+)"', '"${1}-$n"', '"/a/../b/./c.tar.gz"',
  '"https://u:p@h.x:80/p%20q;r?a=b&c#f"', '"YWJj"', '"2h45m0.5s"', '"36h"', '"{\\"a\\":[1,null,1e3]}"', '"a: [1, 0x1F, ~]\\nb: !!str 3"', '"- 1\\n- x"', '"[t]\\nk = 1.5"', '"\\t x \\n"', '"%d-%v"', '"<b>&\'"', '"Two words here"',
  '"4e2"', '"-5"', '"0x1f"', '"010"', '"true"', '"12.50"', '.Values.str', '.Release.Name', '.Chart.Version',
]
const ints = ['0', '1', '2', '5', '-1', '-3', '40', '(int .Values.num)', "'a'", '0x10', '1_0']
const lists = ['.Values.list', '(list 1 "a" nil 2.5)', '(list)', '(list "b" "a" "b" "")', '(until 4)', '(splitList "," "x,y,,x")', '(list (list 1) (list))', '(tuple 3 1 2)']
const maps = ['.Values.map', '.Values.nested', '(dict)', '(dict "a" 1 "b" (dict "c" nil))', '(dict "scheme" "http" "host" "h:1" "path" "/p q" "query" "a=b")', '.Values', '.Chart', '(.Values.AsMap)', '(urlParse "http://h/p")', '.Release']
const times = ['(toDate "2006-01-02" "2021-03-28")', '(toDate "2006-01-02T15:04:05Z07:00" "1999-12-31T23:59:59-08:00")']
const layouts = ['"2006-01-02"', '"Mon Jan _2 15:04:05.000 2006"', '"02/01/06 3PM MST -0700"', '"Monday, January 002 Z07:00"', '"2006-01-02T15:04:05.999999999Z07:00"', '""', '"15h04 pm PM .00 ,9"']
const zones = ['"UTC"', '"America/New_York"', '"Asia/Kolkata"', '"Nowhere/City"', '""']

/** A call of any of Helm's functions, with arguments of the types it asks for most of the time. `any` gives an operand of whatever type. */
export function randomCall(r: Random, any: () => string): string {
  if (r.chance(0.08)) return dateCall(r)
  const name = r.pick(names)
  const { params, variadic } = helmFunctions.get(name)!
  const count = (variadic ? params.length - 1 + r.below(3) : params.length) + (r.chance(0.01) ? 1 : 0)
  const fits = (i: number) => argument(r, name, params[Math.min(i, params.length - 1)] ?? 'interface {}', any)
  const args = Array.from({ length: count }, (_, i) => (r.chance(0.02) ? any() : fits(i)))
  if (args.length > 0 && r.chance(0.2)) return `${args.pop()} | ${[name, ...args].join(' ')}`
  return [name, ...args].join(' ')
}

function argument(r: Random, name: string, type: string, any: () => string): string {
  switch (type) {
    case 'string': return r.pick(texts)
    case 'int': return r.pick(ints)
    case 'float64': return r.pick(['0.5', '1', '-2.25'])
    case 'bool': return r.pick(['true', 'false', '.Values.flag', '(eq 1 2)'])
    case 'time.Time': return r.pick(times)
    // What is merged into a part of itself depends on the order in which Go walks it.
    case 'map[string]interface {}': return r.pick(/merge/i.test(name) ? maps.filter((m) => !m.includes('.Values') || m === '.Values.map') : maps)
    case 'interface {}': break
    default: return any()
  }
  if (/List|first|last|rest|initial|reverse|uniq|compact|without|has$|slice|chunk|concat|append|push|prepend|sortAlpha|join/i.test(name) && r.chance(0.7)) return r.pick(lists)
  if (/add|sub|mul|div|mod|max|min|biggest|ceil|floor|round|int|float|seq/i.test(name) && r.chance(0.7)) return r.pick([...ints, '2.75', '-1.5', '"12"', '"3.9"', '.Values.num', '1e3'])
  if (/duration/i.test(name) && r.chance(0.7)) return r.pick(['"2h45m30.5s"', '"95"', '90061', '1500000000', '"1ms"', '"-36h"', '"x"', '0.5', '(mustToDuration "90s")'])
  if (/to(?:Raw|Pretty)?(?:Json|Yaml|Toml)|deep|toString|typeOf|kindOf/i.test(name) && r.chance(0.6)) return r.pick([...maps, ...lists])
  return any()
}

/** Times as texts: %d of one prints an address. */
function dateCall(r: Random): string {
  const time = r.pick([...times, '0', '1700000000', '(int64 -1)', '(dateModify "-1.5h" (toDate "2006-01-02" "2024-03-01"))'])
  switch (r.below(7)) {
    case 0: return `dateInZone ${r.pick(layouts)} ${time} ${r.pick(zones)}`
    case 1: return `htmlDateInZone ${time} ${r.pick(zones)}`
    case 2: return `${r.pick(['dateModify', 'mustDateModify', 'date_modify', 'must_date_modify'])} ${r.pick(['"-24h"', '"1m1s"', '"bad"', '"+2h"'])} ${r.pick(times)} | toString`
    case 3: return `${r.pick(['toDate', 'mustToDate'])} ${r.pick(layouts)} ${r.pick(['"2021-02-29"', '"2020-02-29"', '"Tue Feb  4 03:02:01.250 2020"', '"13/12/99 4AM UTC +0000"', '"x"', '"2020-05-06T07:08:09.5+02:00"'])} | toString`
    case 4: return `unixEpoch ${r.pick(times)}`
    case 5: return `${r.pick(times)}.${r.pick(['Year', 'Month', 'Weekday', 'YearDay', 'Unix', 'UnixNano', 'Format "Jan 2"', 'IsZero', 'UTC', 'AddDate 0 1 -1', 'Hour', 'Nanosecond', 'String', 'ISOWeek', 'Truncate 3600', 'Round 1000'])} | toString`
    default: return `date ${r.pick(layouts)} ${time}`
  }
}
