import { describe, expect, test } from 'vitest'
import { Duration, Time, int, loadLocation, localLocation, parseDuration, parseTime, timeNow, utc, zeroTime } from './index.ts'

const instant = 1_709_211_845_123_456_789n // 2024-02-29T13:04:05.123456789Z

describe('zones', () => {
  test.each([
    ['Europe/Berlin', 1_709_211_845, 'CET', 3600],
    ['Europe/Berlin', 1_720_000_000, 'CEST', 7200],
    ['America/New_York', 1_720_000_000, 'EDT', -14400],
    ['Australia/Lord_Howe', 1_720_000_000, '+1030', 37800],
    ['America/Sao_Paulo', 1_720_000_000, '-03', -10800],
    // Before the rule of today: the engine's offset with the abbreviation of the time.
    ['Europe/Berlin', -776_563_200, 'CEMT', 10800],
    ['Europe/London', 0, 'BST', 3600],
    ['America/New_York', -2_717_650_801, 'LMT', -17762],
  ])('%s at %d', (name, seconds, abbreviation, offset) => {
    expect(loadLocation(name).at(seconds)).toMatchObject({ name: abbreviation, offset })
  })

  test('names are exact', () => {
    expect(loadLocation('').text()).toBe('UTC')
    expect(() => loadLocation('europe/berlin')).toThrow('unknown time zone europe/berlin')
    expect(() => loadLocation('Europe/Berlin |CET')).toThrow('unknown time zone')
    expect(() => loadLocation('../etc/passwd')).toThrow('time: invalid location name')
  })
})

test('String shows the monotonic clock of a now until the time leaves it', () => {
  const base = Time.fromNanoseconds(instant, utc)
  const now = new Time(base.seconds, base.nanosecond, utc, utc, 1_500_000_000n)
  expect(now.text()).toBe('2024-02-29 13:04:05.123456789 +0000 UTC m=+1.500000000')
  expect(now.add(-2_000_000_000n).text()).toBe('2024-02-29 13:04:03.123456789 +0000 UTC m=-0.500000000')
  expect(now.in(utc).text()).toBe('2024-02-29 13:04:05.123456789 +0000 UTC')
})

test('methods of a template', () => {
  const t = timeNow(instant, 'Europe/Berlin')
  const run = (name: string, ...args: Parameters<NonNullable<ReturnType<Time['method']>>['call']>[0]) => t.method(name)!.call(args)
  expect(run('Format', 'Mon Jan _2 15:04:05.000 MST 2006')).toBe('Thu Feb 29 14:04:05.123 CET 2024')
  expect(run('AddDate', int(1), int(0), int(0))).toMatchObject({ seconds: 1_740_834_245n })
  expect((run('UTC') as Time).format('15:04 Z07:00')).toBe('13:04 Z')
  expect(((run('UTC') as Time).method('Local')!.call([]) as Time).format('15:04 MST')).toBe('14:04 CET')
  expect(run('Unix')).toEqual(expect.objectContaining({ value: 1_709_211_845n, kind: 'int64' }))
  expect(t.method('constructor')).toBeUndefined()
  expect(t.toJSONValue()).toBe('2024-02-29T14:04:05.123456789+01:00')
  expect(zeroTime().method('IsZero')!.call([])).toBe(true)
})

test('parsing takes the zone of the place where it fits', () => {
  const berlin = loadLocation('Europe/Berlin')
  expect(parseTime('2006-01-02 MST', '2024-07-01 CEST', berlin).zone().offset).toBe(7200)
  expect(parseTime('2006-01-02 MST', '2024-07-01 XYZ', berlin).text()).toBe('2024-07-01 00:00:00 +0000 XYZ')
  expect(parseTime('2006-01-02T15:04:05Z07:00', '2024-07-01T00:00:00+02:00', berlin).location).toBe(berlin)
  expect(parseTime('2006-01-02', '2024-07-01', localLocation('Europe/Berlin')).text()).toBe('2024-07-01 00:00:00 +0200 CEST')
})

test('what slips through in Go slips through', () => {
  expect(parseDuration('9223372036854775808ns9223372036854775808ns5ms').text()).toBe('5ms')
  // IST stood for another offset once; the one in force counts.
  expect(parseTime('2006-01-02 MST', '2079-04-10 IST', loadLocation('Europe/Dublin')).zone().offset).toBe(3600)
  expect(parseTime('2006-01-02 MST', '2079-04-10 IST', loadLocation('Europe/Dublin')).seconds).toBe(3_448_306_800n)
})

test('years that JavaScript dates cannot hold', () => {
  expect(new Time(9_223_372_036_854_775_807n, 0, utc).format('2006')).toBe('292277026596')
  expect(new Time(-99_999_999_999_999n, 0, utc).format('2006-01-02')).toBe('-3166904-02-24')
  expect(new Duration(-(1n << 63n)).text()).toBe('-2562047h47m16.854775808s')
})
