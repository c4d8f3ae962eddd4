import { meant } from '../../errors/index.ts'
import { isMap, keyedMap, withoutLine, type Fault, type Path } from '../settings/index.ts'
import { phases, type Phase } from './notice.ts'

/** One entry of `notify:`, checked. Texts may hold `${NAME}`, which is filled in when a channel is opened. */
export interface ChannelSettings {
  readonly kind: 'slack' | 'webhook' | 'github' | 'pagerduty' | 'opsgenie'
  /** What stands behind the kind: a channel, a URL, a repository, a key. */
  readonly to: string
  readonly texts: Readonly<Record<string, string>>
  readonly switches: Readonly<Record<string, boolean>>
  readonly headers: Readonly<Record<string, string>>
  readonly on?: readonly Phase[]
}

interface Fields { readonly texts: readonly string[]; readonly switches: readonly string[]; readonly maps: readonly string[]; readonly secrets: readonly string[] }

const kinds: Readonly<Record<ChannelSettings['kind'], Fields>> = {
  slack: { texts: ['token', 'api'], switches: ['thread'], maps: [], secrets: ['token'] },
  webhook: { texts: ['secret'], switches: [], maps: ['headers'], secrets: ['secret'] },
  github: { texts: ['token', 'pullRequest', 'url', 'api'], switches: ['deployment', 'comment', 'status'], maps: [], secrets: ['token'] },
  pagerduty: { texts: ['api'], switches: [], maps: [], secrets: ['pagerduty'] },
  opsgenie: { texts: ['api'], switches: [], maps: [], secrets: ['opsgenie'] },
}

const reference = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/

/**
 * Reads `notify:` of a service or an environment.
 * @throws PintleError config.invalid by `fault`; a secret that stands there in plain text is one
 */
export function readNotify(raw: unknown, fault: Fault): ChannelSettings[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw fault([], 'notify is a list: [{slack: "#deploys"}]')
  return raw.map((entry: unknown, i) => readEntry(entry, [i], withoutLine(fault)))
}

function readEntry(entry: unknown, at: Path, fault: Fault): ChannelSettings {
  if (!isMap(entry)) throw fault(at, 'an entry of notify is a map: {slack: "#deploys"}')
  const named = Object.keys(entry).filter((k): k is ChannelSettings['kind'] => Object.hasOwn(kinds, k))
  if (named.length !== 1) {
    throw fault(at, named.length === 0 ? `an entry of notify names one of ${Object.keys(kinds).join(', ')}` : `an entry of notify names one of them, not ${named.join(' and ')}`, named.length === 0 ? meant(Object.keys(entry)[0] ?? '', Object.keys(kinds)) : undefined)
  }
  const kind = named[0]!
  const fields = kinds[kind]
  const map = keyedMap(entry, [kind, ...fields.texts, ...fields.switches, ...fields.maps, 'on'], { section: 'notify', at, fault })
  const texts: Record<string, string> = {}
  const switches: Record<string, boolean> = {}
  let headers: Record<string, string> = {}
  let on: Phase[] | undefined
  for (const [key, value] of Object.entries(map)) {
    const where = [...at, key]
    if (key === kind || fields.texts.includes(key)) {
      if (typeof value !== 'string' || value === '' || value.length > 2000 || /\p{Cc}/u.test(value)) throw fault(where, `${key} of ${kind} is a text`)
      if (fields.secrets.includes(key) && !reference.test(value)) throw fault(where, `${key} of ${kind} is a secret and stands in plain text`, `Keep it in the environment and write \${NAME}.`)
      if (key !== kind) texts[key] = value
    } else if (fields.switches.includes(key)) {
      if (typeof value !== 'boolean') throw fault(where, `${key} of ${kind} is true or false`)
      switches[key] = value
    } else if (fields.maps.includes(key)) headers = readHeaders(value, where, fault)
    else on = readPhases(value, where, fault)
  }
  const to = map[kind] as string
  checkTarget(kind, to, [...at, kind], fault)
  return { kind, to, texts, switches, headers, ...(on === undefined ? {} : { on }) }
}

function checkTarget(kind: ChannelSettings['kind'], to: string, where: Path, fault: Fault): void {
  if (kind === 'slack' && /^https?:/.test(to)) throw fault(where, "Slack's webhook URL is a secret and stands in plain text", 'Keep it in the environment and write ${NAME}.')
  if (kind === 'slack' && !reference.test(to) && !/^#?[\p{L}\p{N}._-]{1,80}$/u.test(to)) throw fault(where, `${JSON.stringify(to)} is no channel`, 'Write "#deploys" (in quotes: # begins a comment), or its id.')
  if (kind === 'github' && !reference.test(to) && !/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(to)) throw fault(where, `${JSON.stringify(to)} is no repository`, 'Write owner/name.')
  if (kind === 'webhook' && !reference.test(to)) {
    if (!URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol)) throw fault(where, 'the webhook is no URL', 'Write https://...')
    const { username, password } = new URL(to)
    if (username !== '' || password !== '') throw fault(where, 'the URL of the webhook holds credentials in plain text', 'Keep it in the environment and write ${NAME}.')
  }
}

function readHeaders(value: unknown, where: Path, fault: Fault): Record<string, string> {
  if (!isMap(value)) throw fault(where, 'headers is a map')
  for (const [name, text] of Object.entries(value)) {
    if (!/^[\w-]{1,100}$/.test(name) || typeof text !== 'string' || /[^\t\x20-\x7e]/.test(text)) throw fault([...where, name], `${JSON.stringify(name.slice(0, 100))} is no header`)
    if (/auth|token|key|secret|cookie/i.test(name) && !/\$\{\w+\}/.test(text)) throw fault([...where, name], `the header ${name} is a secret and stands in plain text`, 'Keep it in the environment and write ${NAME}.')
  }
  return { ...(value as Record<string, string>) }
}

function readPhases(value: unknown, where: Path, fault: Fault): Phase[] {
  if (!Array.isArray(value) || value.length === 0) throw fault(where, `on is a list of ${phases.join(', ')}`)
  for (const [i, phase] of value.entries()) {
    if ((phases as readonly unknown[]).includes(phase)) continue
    throw fault([...where, i], `on knows no phase ${JSON.stringify(phase)}`, meant(String(phase), phases))
  }
  return value as Phase[]
}
