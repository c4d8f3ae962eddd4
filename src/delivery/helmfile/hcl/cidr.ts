import type { Value } from '../../../language/go/index.ts'
import type { HclFunction } from './hcl-function.ts'

type Make = (names: string, call: (...args: Value[]) => Value, rest?: boolean) => HclFunction

/** An address block: bits of the family, the address as a number, and how long its prefix is. */
interface Block {
  readonly bits: 32 | 128
  readonly address: bigint
  readonly prefix: number
}

/** cidrhost and the like (hashicorp/go-cty-funcs/cidr). */
export function cidrFunctions(fn: Make, string: (value: Value) => string, number: (value: Value) => number): Record<string, HclFunction> {
  return {
    cidrhost: fn('prefix hostnum', (prefix, host) => {
      const { bits, address, prefix: length } = parse(string(prefix!))
      const room = 1n << BigInt(bits - length)
      const at = BigInt(number(host!))
      if (at >= room || -at > room) throw new Error(`prefix of ${length} does not accommodate a host numbered ${at}`)
      return written(bits, network(bits, address, length) + (at < 0n ? room + at : at))
    }),
    cidrnetmask: fn('prefix', (prefix) => {
      const { bits, prefix: length } = parse(string(prefix!))
      if (bits !== 32) throw new Error('IPv6 addresses cannot have a netmask')
      return written(bits, network(bits, (1n << 32n) - 1n, length))
    }),
    cidrsubnet: fn('prefix newbits netnum', (prefix, bits, at) => subnet(parse(string(prefix!)), number(bits!), BigInt(number(at!)))),
    cidrsubnets: fn('prefix newbits', (prefix, ...all) => subnets(parse(string(prefix!)), all.map(number)), true),
  }
}

function subnet({ bits, address, prefix }: Block, more: number, at: bigint): string {
  const length = prefix + more
  if (length > bits) throw new Error(`insufficient address space to extend prefix of ${prefix} by ${more}`)
  if (at < 0n || at >= 1n << BigInt(more)) throw new Error(`prefix extension of ${more} does not accommodate a subnet numbered ${at}`)
  return `${written(bits, network(bits, address, prefix) + (at << BigInt(bits - length)))}/${length}`
}

function subnets({ bits, address, prefix }: Block, all: readonly number[]): string[] {
  const start = network(bits, address, prefix)
  const end = start + (1n << BigInt(bits - prefix))
  let at = start
  return all.map((more) => {
    if (more < 1) throw new Error('must extend prefix by at least one bit')
    const length = prefix + more
    if (length > bits) throw new Error(`would extend prefix to ${length} bits, which is too long for an address of this kind`)
    const size = 1n << BigInt(bits - length)
    const begin = ((at + size - 1n) / size) * size
    if (begin + size > end) throw new Error(`not enough remaining address space for a subnet with a prefix of ${length} bits`)
    at = begin + size
    return `${written(bits, begin)}/${length}`
  })
}

const network = (bits: number, address: bigint, length: number): bigint => (address >> BigInt(bits - length)) << BigInt(bits - length)

function parse(text: string): Block {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text)
  const address = match === null ? undefined : addressOf(match[1]!)
  const prefix = Number(match?.[2])
  if (address === undefined || prefix > address.bits) throw new Error(`invalid CIDR expression: invalid CIDR address: ${text}`)
  return { ...address, prefix }
}

function addressOf(text: string): { bits: 32 | 128; address: bigint } | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number)
    return parts.some((part) => part > 255) ? undefined : { bits: 32, address: parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n) }
  }
  if (!/^[0-9a-fA-F:]+$/.test(text) || !text.includes(':')) return undefined
  const [head, tail] = text.split('::') as [string, string | undefined]
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...left, ...Array.from({ length: Math.max(missing, 0) }, () => '0'), ...right]
  return all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group)) ? undefined : { bits: 128, address: all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n) }
}

function written(bits: 32 | 128, address: bigint): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  // The longest run of zeros, the first of equals, is left out.
  let [best, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (groups[i + n] === '0') n++
    if (n > length) [best, length] = [i, n]
    i += n
  }
  return best < 0 ? groups.join(':') : `${groups.slice(0, best).join(':')}::${groups.slice(best + length).join(':')}`
}
