import { resolve } from 'node:path'
import { configuredRepositories, addRepository, chosenRepositories, indexDirectory, readRepositories, refuseGone, removeRepository, updateLine, updateRepositories, withoutPassword, type RepositoryEntry } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Command } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import type { FlagSpec } from '../flags.ts'
import { askSecret, pipedPassword } from '../ask.ts'
import { logRecord, withRegistry } from '../registry-session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

const indexTimeout: FlagSpec = { name: 'timeout', type: 'duration', default: '2m0s', usage: 'longest wait for the index of a repository' }

/** `pintle repo add`. Upstream: pkg/cmd/repo_add.go. */
export const repoAdd: Command = {
  use: 'repo add [NAME] [URL] [flags]',
  long: 'Adds a chart repository under a name, after its index was fetched and checked.',
  examples: 'pintle repo add prometheus-community https://prometheus-community.github.io/helm-charts',
  flags: [
    { name: 'username', type: 'string', usage: "repository user's name" },
    { name: 'password', type: 'string', usage: "repository user's password" },
    { name: 'password-stdin', type: 'bool', usage: 'read the password from standard input' },
    { name: 'force-update', type: 'bool', usage: 'replace a repository of that name' },
    { name: 'cert-file', type: 'string', usage: 'client certificate for the repository' },
    { name: 'key-file', type: 'string', usage: 'key of the client certificate' },
    { name: 'ca-file', type: 'string', usage: "certificate authority of the repository's certificate" },
    { name: 'insecure-skip-tls-verify', type: 'bool', usage: "do not check the repository's certificate" },
    { name: 'allow-deprecated-repos', type: 'bool', usage: 'allow the official repositories that are gone' },
    { name: 'pass-credentials', type: 'bool', usage: 'pass the credentials to other hosts too' },
    indexTimeout,
  ],
  args: [2, 2],
  completes: ['name', 'name'],
  async run(context) {
    const { flags, args, out } = context
    const [name, url] = args as [string, string]
    if (!flags.bool('allow-deprecated-repos')) refuseGone(url)
    const entry: RepositoryEntry = {
      name, url, username: flags.string('username'), password: await password(context),
      certFile: flags.string('cert-file'), keyFile: flags.string('key-file'), caFile: flags.string('ca-file'),
      insecureSkipTlsVerify: flags.bool('insecure-skip-tls-verify'), passCredentials: flags.bool('pass-credentials'),
    }
    const result = await withRegistry(context, {}, (registry) => addRepository(registry, entry, { force: flags.bool('force-update'), timeout: flags.duration('timeout') }))
    out.line(result === 'same' ? `${JSON.stringify(name)} already exists with the same configuration, skipping` : `${JSON.stringify(name)} has been added to your repositories`)
  },
}

async function password({ flags, out, memory }: Parameters<Command['run']>[0]): Promise<string> {
  const given = flags.string('password')
  if (flags.string('username') === '' || given !== '') return given
  return flags.bool('password-stdin') ? pipedPassword(memory?.stdin) : askSecret(out, 'Password: ', { hint: 'There is no terminal to ask for the password at: use --password-stdin.' })
}

/** `pintle repo list` */
export const repoList: Command = {
  use: 'repo list [flags]',
  long: 'Lists the repositories that were added.',
  flags: [{ name: 'no-headers', type: 'bool', usage: 'leave the header line out' }, outputFlag],
  args: [0, 0],
  completes: [],
  async run(context) {
    const { flags, out, settings } = context
    const repositories = listed(settings.repositoryConfig)
    if (repositories.length === 0 && flags.string('output') === 'table') return out.note('no repositories to show')
    if (printStructured(context, () => repositories.map(({ name, url }) => ({ name, url })))) return
    out.write(table([...(flags.bool('no-headers') ? [] : [['NAME', 'URL']]), ...repositories.map(({ name, url }) => [name, url])]))
  },
}

/** Helm shows none where the file cannot be read. */
function listed(path: string): readonly RepositoryEntry[] {
  try {
    return readRepositories(path)?.repositories ?? []
  } catch {
    return []
  }
}

/** `pintle repo remove` */
export const repoRemove: Command = {
  use: 'repo remove [REPO1 [REPO2 ...]] [flags]',
  long: 'Removes repositories, and their indexes from the cache.',
  flags: [],
  args: [1, Number.POSITIVE_INFINITY],
  completes: ['repository...'],
  async run(context) {
    const { args, out } = context
    await withRegistry(context, {}, async (registry) => {
      configuredRepositories(registry)
      for (const name of args) {
        await removeRepository(registry, name)
        out.line(`${JSON.stringify(name)} has been removed from your repositories`)
      }
    })
  },
}

/** `pintle repo update`. Upstream: pkg/cmd/repo_update.go. */
export const repoUpdate: Command = {
  use: 'repo update [REPO1 [REPO2 ...]] [flags]',
  long: 'Fetches the indexes of all repositories, or of those named, into the cache.',
  flags: [indexTimeout],
  completes: ['repository...'],
  async run(context) {
    const { args, out, flags } = context
    await withRegistry(context, {}, async (registry) => {
      const { repositories } = configuredRepositories(registry, 'no repositories found. You must add one before updating')
      const chosen = chosenRepositories(repositories, args)
      out.line('Hang tight while we grab the latest from your chart repositories...')
      const lost: string[] = []
      for await (const updated of updateRepositories(registry, chosen, { timeout: flags.duration('timeout') })) {
        out.line(updateLine(updated))
        if (updated.error !== undefined) lost.push(withoutPassword(updated.entry.url))
      }
      if (lost.length > 0) throw new PintleError('repo.index', `failed to update the following repositories: [${lost.join(' ')}]`)
      out.line('Update Complete. ⎈Happy Helming!⎈')
    })
  },
}

/** `pintle repo index` */
export const repoIndex: Command = {
  use: 'repo index [DIR] [flags]',
  long: `Writes the index.yaml of a folder of packaged charts, also those one folder below.

--merge takes over what an existing index has and the folder does not.`,
  flags: [
    { name: 'url', type: 'string', usage: 'URL of the repository, for absolute URLs in the index', completes: [] },
    { name: 'merge', type: 'string', usage: 'index to merge the new one into' },
    { name: 'json', type: 'bool', usage: 'write JSON' },
  ],
  args: [1, 1],
  async run({ flags, args, out, settings, signal }) {
    await indexDirectory(resolve(args[0]!), {
      url: flags.string('url'), merge: flags.string('merge'), format: flags.bool('json') ? 'json' : 'yaml', signal, log: (record) => logRecord(out, settings, record),
    })
  },
}
