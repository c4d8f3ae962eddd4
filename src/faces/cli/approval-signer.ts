import { agentKeys, identityOfKey, openSigningKey, type SigningKey, type Trust } from '../../delivery/attestation/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { usage, type FlagSpec, type Flags } from './flags.ts'
import { askSecret } from './ask.ts'

/** Whose key signs. */
export const signerFlags: readonly FlagSpec[] = [
  { name: 'key', type: 'string', usage: "private key that signs: PEM, or OpenSSH's own form (passphrase: PINTLE_KEY_PASSPHRASE, or it is asked for)" },
  { name: 'ssh-agent', type: 'bool', usage: 'sign with a key of the SSH agent (SSH_AUTH_SOCK)' },
  { name: 'agent-key', type: 'string', usage: "which key of the agent: its fingerprint (SHA256:...) or comment; the one that 'trust' knows when left out" },
]

/**
 * The key that the flags name.
 * @param trust tells which of an agent's keys is meant
 * @param keyFlag that names the file
 * @throws PintleError usage when none is named, attestation.key
 */
export async function signerFrom(flags: Flags, out: CommandContext['out'], trust: Trust, signal: AbortSignal, keyFlag = 'key'): Promise<SigningKey> {
  const file = flags.string(keyFlag)
  const agent = flags.bool('ssh-agent') || flags.string('agent-key') !== ''
  if ((file !== '') === agent) throw usage(agent ? `--${keyFlag} and --ssh-agent exclude each other` : 'which key signs?', `Name a private key with --${keyFlag}, or take one of the SSH agent with --ssh-agent.`)
  if (file !== '') return openSigningKey(file, () => passphraseOf(out, file))
  const socket = process.env.SSH_AUTH_SOCK
  if (!socket) throw new PintleError('attestation.key', 'there is no SSH agent: SSH_AUTH_SOCK is not set', { hint: 'Start one (`eval $(ssh-agent)`), and add the key with ssh-add.' })
  const keys = await agentKeys({ socket, signal })
  const wanted = flags.string('agent-key')
  const fitting = wanted === '' ? keys.filter((k) => identityOfKey(trust, k.id) !== undefined) : keys.filter((k) => k.id === wanted || k.comment === wanted)
  if (fitting.length === 1) return fitting[0]!
  const list = keys.map((k) => `${k.id} ${k.comment}`).join('\n  ')
  const why = keys.length === 0 ? 'the SSH agent holds no key that can sign' : fitting.length > 1 ? 'several keys of the SSH agent fit' : wanted === '' ? 'the SSH agent holds no key that trust knows' : `the SSH agent holds no key ${wanted}`
  throw new PintleError('attestation.key', `${why}${list === '' ? '' : `:\n  ${list}`}`, { hint: keys.length === 0 ? 'Add one with ssh-add.' : 'Name it with --agent-key.' })
}

/** Of a key file: from the environment, or typed. */
export async function passphraseOf(out: CommandContext['out'], file: string): Promise<string> {
  const given = process.env.PINTLE_KEY_PASSPHRASE
  if (given !== undefined) return given
  return askSecret(out, `Passphrase of ${file}: `, { aside: true, hint: 'There is no terminal to ask for the passphrase at: set PINTLE_KEY_PASSPHRASE.' })
}
