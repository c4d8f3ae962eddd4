import { encodeUtf8 } from '../../language/go/index.ts'
import { certificateText } from './certificate.ts'
import { editsOf } from './edits.ts'
import { colours, type Styler } from './styled-text.ts'
import { prefixed, prefixedEach, textBlocks } from './text-blocks.ts'
import { plural } from './words.ts'

/** Changes of less than this share of a text are shown within it. */
const minor = 0.1
/** Longer searches for what two texts have in common are given up. */
const maxSteps = 1e8

/** How one string became another: certificates by what they say, several lines by lines, small changes by characters. Upstream: writeStringDiff. */
export function stringChange(before: string, after: string, styler: Styler, width: number): string {
  const heading = (text: string): string => styler.colour(colours.changed, `± ${text}\n`)
  const [old, now] = [certificateText(before), certificateText(after)]
  if (old !== undefined && now !== undefined) return heading('certificate change') + certificates(old, now, styler, width)
  if (before.includes('\n') || after.includes('\n')) return lines(before, after, styler, heading)
  if (isMinor(before, after)) return heading('value change') + characters(before, after, styler)
  return heading('value change') + styler.colour(colours.removed, prefixed('- ', before)) + styler.colour(colours.added, prefixed('+ ', after))
}

function certificates(before: string, after: string, styler: Styler, width: number): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const shown = (side: readonly string[], other: readonly string[], strong: number, weak: number): string => side.map((line, i) => styler.colour(line === other[i] ? weak : strong, line)).join('\n')
  return textBlocks([
    prefixed(styler.colour(colours.removed, '- '), shown(old, now, colours.removed, colours.lightRed)),
    prefixed(styler.colour(colours.added, '+ '), shown(now, old, colours.added, colours.lightGreen)),
  ], width)
}

function lines(before: string, after: string, styler: Styler, heading: (text: string) => string): string {
  let [added, removed, shown] = [0, 0, '']
  for (const { kind, units } of editsOf(linesOf(before), linesOf(after))) {
    if (kind === '+') {
      added++
      shown += styler.colour(colours.added, prefixedEach('+ ', units.join('')))
    } else if (kind === '-') {
      removed++
      shown += styler.colour(colours.removed, prefixedEach('- ', units.join('')))
    }
  }
  return `${heading(`value change in multiline text (${plural(added, 'insert')}, ${plural(removed, 'deletion')})`)}${shown}\n`
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

function characters(before: string, after: string, styler: Styler): string {
  const edits = editsOf([...before], [...after])
  const side = (sign: '-' | '+', strong: number, weak: number): string => {
    const shown = edits.map(({ kind, units }) => (kind === '=' ? styler.colour(weak, units.join('')) : kind === sign ? styler.bold(styler.colour(strong, units.join(''))) : ''))
    return `${styler.colour(strong, `${sign} `)}${shown.join('')}\n`
  }
  return side('-', colours.removed, colours.lightRed) + side('+', colours.added, colours.lightGreen)
}

/** Whether at most four characters, or a small share of them, come or go. */
function isMinor(before: string, after: string): boolean {
  const [old, now] = [[...before], [...after]]
  const length = Math.min(encodeUtf8(before).length, encodeUtf8(after).length)
  return isWithin(old, now, Math.max(4, Math.ceil(length * minor) - 1))
}

/** Whether one list becomes the other by so many insertions and deletions (Myers). */
function isWithin(before: readonly string[], after: readonly string[], limit: number): boolean {
  const [n, m] = [before.length, after.length]
  if (Math.abs(n - m) > limit) return false
  const reach = new Int32Array(2 * limit + 3)
  let steps = 0
  for (let d = 0; d <= limit && steps < maxSteps; d++) {
    for (let k = -d; k <= d; k += 2) {
      const at = limit + 1 + k
      let x = k === -d || (k !== d && reach[at - 1]! < reach[at + 1]!) ? reach[at + 1]! : reach[at - 1]! + 1
      while (x < n && x - k < m && before[x] === after[x - k]) {
        x++
        steps++
      }
      steps++
      reach[at] = x
      if (x >= n && x - k >= m) return true
    }
  }
  return false
}
