import { login, logout } from '../../../charts/registry/index.ts'
import { formatLogRecord } from '../../../charts/chart/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { askLine, pipedPassword } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'
import { readSecret } from '../read-secret.ts'
import { withRegistryClient } from '../registry-client.ts'

/** `pintle registry login`. Upstream: pkg/cmd/registry_login.go. */
export const registryLogin: Command = {
  use: 'registry login [host] [flags]',
  long: `Logs in to a registry: asks it whether it takes the name and password, and keeps them in the registry configuration (or in the credential
helper that the configuration names).`,
  examples: `echo "$GITHUB_TOKEN" | pintle registry login ghcr.io -u "$GITHUB_USER" --password-stdin`,
  flags: [
    { name: 'username', short: 'u', type: 'string', usage: 'user name' },
    { name: 'password', short: 'p', type: 'string', usage: 'password or identity token' },
    { name: 'password-stdin', type: 'bool', usage: 'read the password or identity token from standard input' },
    { name: 'insecure', type: 'bool', usage: "do not check the registry's certificate" },
    { name: 'cert-file', type: 'string', usage: 'client certificate' },
    { name: 'key-file', type: 'string', usage: 'key of the client certificate' },
    { name: 'ca-file', type: 'string', usage: "certificate authority of the registry's certificate" },
    { name: 'plain-http', type: 'bool', usage: 'speak plain HTTP' },
  ],
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['none...'],
  async run(context) {
    const { args, flags, out, signal } = context
    const host = args[0]!
    const { username, password } = await nameAndPassword(context)
    if (host.includes('/')) {
      const suggested = host.slice(0, host.indexOf('/'))
      const message = 'registry login currently only supports registry hostname, not a repository path'
      if (out.plain) out.note(formatLogRecord({ level: 'warn', message, attributes: [['host', host], ['suggested', suggested]] }))
      else out.warn(`${message}; try ${suggested}`)
    }
    await withRegistryClient(context, { plainHttp: flags.bool('plain-http'), insecure: flags.bool('insecure') }, (client) => login(client, host, { username, password }, { signal }))
    out.line('Login Succeeded')
  },
}

/** `pintle registry logout`. */
export const registryLogout: Command = {
  use: 'registry logout [host] [flags]',
  long: 'Forgets the credentials of a registry.',
  flags: [],
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['none...'],
  async run(context) {
    const { args, out, signal } = context
    await withRegistryClient(context, {}, (client) => logout(client, args[0]!, { signal }))
    out.line(`Removing login credentials for ${args[0]}`)
  },
}

async function nameAndPassword({ flags, out, memory }: CommandContext): Promise<{ username: string; password: string }> {
  let username = flags.string('username')
  const password = flags.string('password')
  if (flags.bool('password-stdin')) return { username, password: pipedPassword(memory?.stdin) }
  if (password !== '') {
    out.warn('using --password via the CLI is insecure. Use --password-stdin')
    return { username, password }
  }
  if (username === '') username = askLine(out, 'Username: ').trim()
  out.write(username === '' ? 'Token: ' : 'Password: ')
  // Where there is no terminal, the line is not ended. Upstream: readLine in pkg/cmd/registry_login.go.
  const asked = await readSecret('Standard input is no terminal: use --password-stdin.')
  out.line()
  if (asked === '') throw new PintleError('usage', username === '' ? 'token required' : 'password required')
  return { username, password: asked }
}
