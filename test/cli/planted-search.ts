/** Looking for planted secrets in what a program printed, sent or left: one search for every suite that plants some. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Planted secrets by what they are for. Bytes stand as latin1 text. */
export type Planted = Readonly<Record<string, string>>

/** What is searched: a name to say where, and its bytes as latin1 text, or a text. */
export type Kept = readonly [name: string, text: string]

/** A secret as it would stand in a text: as it is, in upper case, escaped in JSON, URL-encoded, in hex, in base64 and base64url at each of the three alignments. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((shift) => {
    // Only the digits that no neighbour of the secret has a share in.
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    return whole.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((whole.length * 8) / 6))
  })
  const hex = bytes.toString('hex')
  return [...new Set([
    secret, secret.toUpperCase(), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1), hex, hex.toUpperCase(),
    ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ])]
}

/** Where planted secrets stand: `NAME in PLACE`, with what stands before it. Empty when none does. */
export function leaks(planted: Planted, kept: readonly Kept[]): string[] {
  const needles = Object.entries(planted).map(([name, secret]) => [name, formsOf(secret.trim())] as const)
  return kept.flatMap(([place, text]) => needles.flatMap(([name, forms]) => {
    const form = forms.find((f) => text.includes(f))
    return form === undefined ? [] : [`${name} in ${place}: ...${text.slice(Math.max(0, text.indexOf(form) - 80), text.indexOf(form)).replaceAll('\n', ' ')}`]
  }))
}

/** Names of the planted secrets that a text holds. */
export const leaked = (planted: Planted, text: string): string[] => Object.keys(planted).filter((name) => leaks({ [name]: planted[name]! }, [['', text]]).length > 0)

/** Every file below a folder, by its path in it. */
export const filesBelow = (folder: string): Kept[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true).map((name) => [name, readFileSync(join(folder, name), 'latin1')])
