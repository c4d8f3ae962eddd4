/** The drawing in ARCHITECTURE.md, the table of rooms and the folders are one house. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rooms, wings } from '../scripts/rooms.ts'

const root = `${import.meta.dirname}/..`

/** `wing/room` of every room that is drawn. */
function drawn(): string[] {
  const out: string[] = []
  let wing = ''
  for (const [, indent, name] of readFileSync(`${root}/ARCHITECTURE.md`, 'utf8').matchAll(/^( +)([\w-]+)\/(?: |$)/gm)) {
    if (indent!.length === 2) wing = name!
    else out.push(`${wing}/${name}`)
  }
  return out.sort()
}

const named = rooms.map(({ wing, name }) => `${wing}/${name}`).sort()

it('draws the rooms there are', () => {
  expect(drawn()).toEqual(named)
})

it('has a folder for each room, and no other', () => {
  const folders = wings.filter((wing) => wing !== 'errors').flatMap((wing) => readdirSync(`${root}/src/${wing}`, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `${wing}/${entry.name}`))
  expect(folders.sort()).toEqual(named)
})

it.each(named.filter((room) => !room.startsWith('faces/')))('%s says at its door what it owns and what it refuses', (room) => {
  expect(existsSync(`${root}/src/${room}/index.ts`)).toBe(true)
  const [comment] = readFileSync(`${root}/src/${room}/index.ts`, 'utf8').split('*/')
  expect(comment).toMatch(/^\/\*\*\s.*\bOwns\b.*\b[Rr]efuses\b/s)
})
