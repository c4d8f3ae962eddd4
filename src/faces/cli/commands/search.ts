import { searchHub as askHub, searchRepositories, type HubChart, type SearchEntry } from '../../../charts/registry/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { columnWidthFlag, outputFlag } from '../flag-sets.ts'
import { withRegistry } from '../registry-session.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'

const failOnNoResult = { name: 'fail-on-no-result', type: 'bool', usage: 'fail when nothing is found' } as const

/** `pintle search repo`. Upstream: pkg/cmd/search_repo.go. */
export const searchRepo: Command = {
  use: 'search repo [keyword] [flags]',
  long: `Searches the repositories that were added, in the indexes of the cache: names, descriptions and keywords.

Shows the newest release of each chart; --devel lets pre-releases in, --version takes a constraint, --versions shows every one.`,
  examples: `pintle search repo nginx
pintle search repo nginx --version ^1.0.0 --versions`,
  flags: [
    { name: 'regexp', short: 'r', type: 'bool', usage: 'the keyword is a regular expression' },
    { name: 'versions', short: 'l', type: 'bool', usage: 'each version of each chart on its own line' },
    { name: 'devel', type: 'bool', usage: 'pre-releases too, as with --version ">0.0.0-0"' },
    { name: 'version', type: 'string', usage: 'constraint that versions must satisfy', completes: [] },
    columnWidthFlag(50), failOnNoResult, outputFlag,
  ],
  async run(context) {
    const { flags, args } = context
    const found = await withRegistry(context, {}, async (registry) => searchRepositories(registry, {
      term: args.join(' '), regexp: flags.bool('regexp'), versions: flags.bool('versions'),
      version: flags.string('version') || (flags.bool('devel') ? '>0.0.0-0' : '>0.0.0'),
    }))
    show(context, found, ['NAME', 'CHART VERSION', 'APP VERSION', 'DESCRIPTION'], (e: SearchEntry) => [e.name, e.version, e.appVersion, e.description],
      (e) => ({ name: e.name, version: e.version, app_version: e.appVersion, description: e.description }))
  },
}

/** `pintle search hub`. Upstream: pkg/cmd/search_hub.go. */
export const searchHub: Command = {
  use: 'search hub [KEYWORD] [flags]',
  long: 'Searches Artifact Hub, or another hub with the same interface.',
  flags: [
    { name: 'endpoint', type: 'string', default: 'https://hub.helm.sh', usage: 'hub to ask' },
    columnWidthFlag(50),
    { name: 'list-repo-url', type: 'bool', usage: "show the URL of each chart's repository" },
    failOnNoResult, outputFlag,
  ],
  async run(context) {
    const { flags, args } = context
    const found = await withRegistry(context, {}, (registry) => askHub(registry, flags.string('endpoint'), args.join(' ')))
    const withRepository = flags.bool('list-repo-url')
    show(context, found, ['URL', 'CHART VERSION', 'APP VERSION', 'DESCRIPTION', ...(withRepository ? ['REPO URL'] : [])],
      (c: HubChart) => [c.url, c.version, c.appVersion, c.description, ...(withRepository ? [c.repository.url] : [])],
      (c) => ({ url: c.url, version: c.version, app_version: c.appVersion, description: c.description, repository: c.repository }))
  },
}

function show<T>(context: CommandContext, found: readonly T[], header: readonly string[], row: (item: T) => string[], record: (item: T) => object): void {
  const { flags, out } = context
  if (found.length === 0 && flags.bool('fail-on-no-result')) throw new PintleError('repo.notFound', 'no results found')
  if (printStructured(context, () => found.map(record))) return
  if (found.length === 0) return out.line('No results found')
  out.write(table([header, ...found.map(row)], undefined, flags.number('max-col-width')))
}
