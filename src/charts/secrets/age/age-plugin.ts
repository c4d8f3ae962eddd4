import type { Identity, Recipient } from 'age-encryption'
import { PintleError } from '../../../errors/index.ts'
import type { KeyOptions, Person } from '../key-source.ts'
import { PluginConnection, type PluginStanza } from './plugin-connection.ts'

/** Recipients that the library knows itself: no plugin is needed to encrypt for them. */
const own = new Set(['pq', 'tag', 'tagpq'])

/** `age1NAME1...`. */
export const isPluginRecipient = (text: string): boolean => /^age1.*1/s.test(text) && !own.has(recipientName(text))

/** A recipient of `age-plugin-NAME`. Upstream: Recipient.Wrap in age's plugin/client.go. */
export function pluginRecipient(text: string, options: KeyOptions): Recipient {
  const name = checkedName(recipientName(text))
  return {
    async wrapFileKey(fileKey) {
      const { Stanza } = await import('age-encryption')
      const found: InstanceType<typeof Stanza>[] = []
      await talk(name, 'recipient-v1', options, [
        { args: ['add-recipient', text] }, { args: ['wrap-file-key'], body: fileKey }, { args: ['done'] },
      ], ({ args: [type, index, ...args], body }) => {
        if (type !== 'recipient-stanza') return false
        if (index !== '0' || args.length === 0) throw broken(name)
        found.push(new Stanza(args, body))
        return true
      })
      if (found.length === 0) throw broken(name)
      return found
    },
  }
}

/** An identity of `age-plugin-NAME`. Upstream: Identity.Unwrap. */
export function pluginIdentity(text: string, options: KeyOptions): Identity {
  const name = checkedName(/^AGE-PLUGIN-(.*)-1/s.exec(text)?.[1]?.toLowerCase() ?? '')
  return {
    async unwrapFileKey(stanzas) {
      let key: Uint8Array | null = null
      await talk(name, 'identity-v1', options, [
        { args: ['add-identity', text] }, ...stanzas.map(({ args, body }) => ({ args: ['recipient-stanza', '0', ...args], body })), { args: ['done'] },
      ], ({ args, body }) => {
        if (args[0] !== 'file-key') return false
        if (args[1] !== '0' || args.length !== 2 || key !== null) throw broken(name)
        key = body
        return true
      })
      return key
    },
  }
}

const recipientName = (text: string): string => text.slice('age1'.length, Math.max('age1'.length, text.lastIndexOf('1')))

/** It becomes the name of a program. */
function checkedName(name: string): string {
  if (!/^[A-Za-z0-9+\-._]+$/.test(name)) throw new PintleError('secrets.key', 'it names no plugin of age')
  return name
}

const broken = (name: string): PintleError => new PintleError('secrets.key', `age-plugin-${name} does not keep to the protocol`)

/** Says the first phase, and answers the second until it is done. @param take true when it was for the caller */
async function talk(name: string, protocol: string, options: KeyOptions, first: readonly { args: string[]; body?: Uint8Array }[], take: (stanza: PluginStanza) => boolean): Promise<void> {
  const plugin = new PluginConnection(name, protocol, options)
  try {
    for (const { args, body } of first) plugin.write(args, body)
    for (;;) {
      const stanza = await plugin.read()
      const [type] = stanza.args
      if (type === 'done') return
      if (type === 'error') {
        plugin.write(['ok'])
        throw new PintleError('secrets.key', `age-plugin-${name}: ${oneLine(stanza.body)}`)
      }
      if (take(stanza)) plugin.write(['ok'])
      else await converse(name, plugin, stanza, options.person)
    }
  } finally {
    plugin.close()
  }
}

/** What a plugin wants of a person. Upstream: ClientUI.handle. */
async function converse(name: string, plugin: PluginConnection, { args: [type, ...args], body }: PluginStanza, person: Person | undefined): Promise<void> {
  const known = type === 'msg' || type === 'request-secret' || type === 'request-public' || type === 'confirm'
  if (!known || person === undefined) return plugin.write([known ? 'fail' : 'unsupported'])
  try {
    if (type === 'msg') {
      person.tell(`age: ${name} plugin: ${oneLine(body)}`)
      return plugin.write(['ok'])
    }
    if (type === 'confirm') {
      const [yes, no] = args.map((option) => oneLine(Buffer.from(option, 'base64')))
      const answer = await person.ask(no === undefined ? `${oneLine(body)} (press enter for ${JSON.stringify(yes)}) ` : `${oneLine(body)} (type 1 for ${JSON.stringify(yes)} or 2 for ${JSON.stringify(no)}) `, false)
      return plugin.write(['ok', no === undefined || answer.trim() === '1' ? 'yes' : 'no'])
    }
    plugin.write(['ok'], Buffer.from(await person.ask(`${oneLine(body)} `, type === 'request-secret')))
  } catch {
    plugin.write(['fail'])
  }
}

/** No line of a plugin moves the cursor or begins another line. */
const oneLine = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim().slice(0, 400)
