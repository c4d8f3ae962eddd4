/** A plugin of age for the tests: encrypts with what its recipient names, asks for a PIN when it is told to, and breaks off when that is its name. Run as `age-plugin-pintletest`. */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'

const protocol = process.argv.find((arg) => arg.startsWith('--age-plugin='))?.slice('--age-plugin='.length)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function read(): Promise<{ args: string[]; body: Buffer }> {
  const { value, done } = await lines.next()
  if (done === true) process.exit(1)
  let base64 = ''
  for (;;) {
    const line = (await lines.next()).value as string
    base64 += line
    if (line.length < 64) return { args: value.slice(3).split(' '), body: Buffer.from(base64, 'base64') }
  }
}

function write(args: string[], body: Uint8Array = Buffer.alloc(0)): void {
  const base64 = Buffer.from(body).toString('base64').replace(/=+$/, '')
  process.stdout.write(`-> ${args.join(' ')}\n${base64.replace(/.{64}/g, '$&\n')}\n`)
}

/** Both names end in the same data, but for letter case and the check digits. */
const secretOf = (name: string): string => name.toLowerCase().replace(/^.*1/, '').slice(0, -6)
const mask = (name: string, key: Uint8Array): Buffer => Buffer.from(key.map((byte, i) => byte ^ createHash('sha256').update(secretOf(name)).digest()[i]!))

const names: string[] = []
const stanzas: { args: string[]; body: Buffer }[] = []
let fileKey: Uint8Array = Buffer.alloc(0)
for (;;) {
  const stanza = await read()
  const [type, ...args] = stanza.args
  if (type === 'done') break
  if (type === 'add-recipient' || type === 'add-identity') names.push(args[0]!)
  if (type === 'wrap-file-key') fileKey = stanza.body
  if (type === 'recipient-stanza') stanzas.push({ args: args.slice(1), body: stanza.body })
}
if (process.env.PINTLE_TEST_PLUGIN === 'silent') await new Promise((resolve) => setTimeout(resolve, 60_000))
if (process.env.PINTLE_TEST_PLUGIN === 'endless') for (;;) process.stdout.write('-> x\n')
if (process.env.PINTLE_TEST_PLUGIN === 'dies') process.exit(3)
if (process.env.PINTLE_TEST_PLUGIN === 'refuses') {
  write(['error', 'internal'], Buffer.from('the token\nis locked'))
  await read()
} else if (protocol === 'recipient-v1') {
  for (const name of names) {
    write(['recipient-stanza', '0', 'pintletest', createHash('sha256').update(secretOf(name)).digest('hex').slice(0, 8)], mask(name, fileKey))
    await read()
  }
} else {
  if (process.env.PINTLE_TEST_PLUGIN === 'asks') {
    write(['msg'], Buffer.from('touch the token'))
    await read()
    write(['request-secret'], Buffer.from('PIN:'))
    if ((await read()).body.toString() !== '1234') process.exit(4)
    write(['confirm', Buffer.from('do it').toString('base64').replace(/=+$/, ''), Buffer.from('leave it').toString('base64').replace(/=+$/, '')], Buffer.from('Really?'))
    if ((await read()).args[1] !== 'yes') process.exit(5)
  }
  write(['something-new'])
  await read()
  for (const name of names) {
    const found = stanzas.find(({ args }) => args[0] === 'pintletest' && args[1] === createHash('sha256').update(secretOf(name)).digest('hex').slice(0, 8))
    if (found === undefined) continue
    write(['file-key', '0'], mask(name, found.body))
    await read()
    break
  }
}
write(['done'])
process.exit(0)
