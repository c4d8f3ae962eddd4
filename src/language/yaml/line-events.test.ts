import { expect, it } from 'vitest'
import { lineEvents, type Events } from './line-events.ts'
import { Parser, documentEndEvent, scalarEvent, streamEndEvent } from './parser.ts'

const documents = [
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\n    app.kubernetes.io/name: web # the name\n  annotations: {}\nspec:\n  ports:\n  - port: 80\n    targetPort: http\n  - {}\n',
  '# comment\n\na:\n  - - x\n    - "y z"\n  - k: \'v\'\n    "quoted key": [a, "b c", 0.5]\n    empty:\n  -   wide: 1\n      more: http://x/y#z\nb:\n  {}\nc:\n  text\nlast: -x\n',
  'data:\n  file: |\n    # line\n      more\n\n    - last\n\n  kept: |+\n    a\n\n  cut: |-\n    b: c\nargs:\n- --flag=a:b\n- |\n  script\n- 1e3\n',
]
const pieces = [' ', '  ', '\n', '\n  ', '\n- ', '- ', ':', ': ', '#', ' #', '"', "'", '|', '|-', '|+', '>', '[', ']', '{}', '[]', '&a ', '*a', '!x', '?', '---', '...', '\t', 'a', '0', '~', 'key: ', ',', '\\', '%', '<<: ', '\r', '\u2028', '\ufeff', 'é']

function list(events: Events): string {
  const out: string[] = []
  for (;;) {
    const kind = events.next()
    out.push(kind === scalarEvent ? `${events.implicit}${events.tag}${events.anchor}${JSON.stringify(events.value)}` : String(kind))
    if (kind === documentEndEvent || kind === streamEndEvent) return out.join(' ')
  }
}

function parsed(text: string): string {
  try {
    return list(new Parser(text))
  } catch (error) {
    return (error as Error).message
  }
}

it('reads lines as the parser does, or leaves them to it', () => {
  let seed = 20263
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed % n
  }
  let read = 0
  for (let i = 0; i < 30_000; i++) {
    let text = documents[i % documents.length]!
    for (let edits = i < documents.length ? 0 : 1 + random(3); edits > 0; edits--) {
      const at = random(text.length + 1)
      const cut = random(3) === 0 ? 0 : random(4)
      text = text.slice(0, at) + (random(3) === 0 ? '' : pieces[random(pieces.length)]!) + text.slice(at + cut)
    }
    const events = lineEvents(text)
    if (events === undefined) continue
    read++
    expect(list(events), JSON.stringify(text)).toBe(parsed(text))
  }
  expect(read).toBeGreaterThan(5000)
})
