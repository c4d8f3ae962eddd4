/** Where two JSON values differ, a line each: `path: theirs → ours`, with nothing for what is not there. */
export function differences(theirs: unknown, ours: unknown, path = ''): string[] {
  if (isMap(theirs) && isMap(ours)) {
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort().flatMap((key) => differences(theirs[key], ours[key], path === '' ? key : `${path} ${key}`))
  }
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) return theirs.flatMap((item, i) => differences(item, ours[i], `${path} ${i}`))
  const [left, right] = [text(theirs), text(ours)]
  return left === right ? [] : [`${path}: ${left} → ${right}`]
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Objects are told by their kinds only: where one is missing that says enough. */
function text(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (isMap(value) && isMap(value.metadata)) return 'an object'
  if (isMap(value) && isMap(value.record)) return `a ${String((value.record.info as Record<string, unknown>).status)} record`
  return sorted(value)
}

const sorted = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (isMap(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item))
