/** net.ParseIP: 4 or 16 bytes; undefined when the text is no address. An IPv4 address in IPv6 form comes back as 4 bytes. */
export function parseIp(text: string): Uint8Array | undefined {
  const first = /[.:%]/.exec(text)?.[0]
  if (first === '.') return parseV4(text)
  if (first !== ':') return undefined
  const bytes = parseV6(text)
  const mapped = bytes !== undefined && bytes.subarray(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255
  return mapped ? bytes.subarray(12) : bytes
}

function parseV4(text: string): Uint8Array | undefined {
  const fields = text.split('.')
  if (fields.length !== 4 || !fields.every((f) => /^(?:0|[1-9][0-9]{0,2})$/.test(f) && Number(f) <= 255)) return undefined
  return Uint8Array.from(fields, Number)
}

function parseV6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map(readGroups)
  const [head, tail] = groups
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  // A dotted tail may only come last.
  if (halves.length === 2 && halves[0]!.includes('.')) return undefined
  const given = head.length + (tail?.length ?? 0)
  if (tail === undefined ? given !== 16 : given > 14) return undefined
  const out = new Uint8Array(16)
  out.set(head)
  if (tail !== undefined) out.set(tail, 16 - tail.length)
  return out
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return []
  const out: number[] = []
  const groups = text.split(':')
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!
    if (i === groups.length - 1 && group.includes('.')) {
      const v4 = parseV4(group)
      if (v4 === undefined) return undefined
      out.push(...v4)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const n = Number.parseInt(group, 16)
      out.push(n >> 8, n & 255)
    } else return undefined
  }
  return out
}
