import { existsSync, realpathSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { Git, isUrl } from '../../../delivery/git/index.ts'
import { commitMove, digestPaths, type Moved } from '../../../delivery/gitops/index.ts'
import { parseImage, readLock, readProject, readServiceImage, valueFiles, type Environment, type Project, type Service } from '../../../delivery/plan/index.ts'
import { faultIn } from '../../../delivery/settings/index.ts'
import type { Command, CommandContext } from '../command.ts'
import { outputFlag, projectFlags } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { environmentOf, serviceOf } from '../release-target.ts'
import { printStructured } from '../structured.ts'

/** `pintle gitops commit` */
export const gitopsCommit: Command = {
  use: 'gitops commit [SERVICE] --branch BRANCH [flags]',
  long: `Commits a new digest to the repository that Argo CD or Flux follows, for a service they release instead of Pintle.

The digest comes from --digest, or from pintle.lock for the image that pintle.yaml names (image: {repository: NAME, set: KEY}). It is set where it stands: under
KEY.digest in a values file, in an Application (valuesObject or parameters), in a HelmRelease (values) or among the images of a kustomization. One string of one file
changes; comments, quotes and line ends stay. Without --file the service's values files are looked at, the last one that has it counts.

The commit is made without a work tree: your files, index and branch are not touched. With --push it goes to the remote; when somebody else pushed meanwhile it is made
again on top of theirs, unless they moved the same digest. It is signed where commit.gpgsign says so. Hooks of the repository do not run, those of a push do.`,
  examples: `pintle gitops commit checkout-api -e prod --branch main --push
pintle gitops commit checkout-api -e prod --repo git@github.com:acme/deploy.git --file apps/checkout/values.yaml --branch main --push
pintle gitops commit --repo ../deploy --file kustomization.yaml --path 'images[name=web].digest' --digest sha256:51ee... --branch move/web --base main`,
  flags: [
    ...projectFlags,
    { name: 'repo', type: 'string', usage: 'folder or URL of the repository; the one pintle.yaml is in when left out' },
    { name: 'remote', type: 'string', default: 'origin', usage: 'remote of a folder to push to' },
    { name: 'branch', type: 'string', usage: 'branch the commit goes to', completes: [] },
    { name: 'base', type: 'string', usage: 'branch a new --branch begins at', completes: [] },
    { name: 'file', type: 'stringArray', usage: 'file from the root of the repository; of several the last one that has the path counts' },
    { name: 'path', type: 'string', usage: 'where it stands: image.digest, images[name=web].digest', completes: [] },
    { name: 'document', type: 'int', usage: 'which document of a file of several, from 1' },
    { name: 'digest', type: 'string', usage: 'the new digest, sha256:...', completes: [] },
    { name: 'value', type: 'string', usage: 'another text than a digest, a chart version for instance; with --path', completes: [] },
    { name: 'add', type: 'bool', usage: 'add the path where it is missing' },
    { name: 'push', type: 'bool', usage: 'push the commit' },
    { name: 'dry-run', type: 'bool', usage: 'say what would be committed' },
    { name: 'message', short: 'm', type: 'string', usage: 'message of the commit', completes: [] },
    outputFlag,
  ],
  globals: false,
  args: [0, 1],
  completes: ['name'],
  exclusive: [['digest', 'value'], ['push', 'dry-run']],
  interrupts: 'cancel',
  async run(context) {
    const { flags, out, args, signal } = context
    const what = wanted(context)
    const { repository, files } = await placeOf(context, what)
    const image = readServiceImage(what.service?.image, faultIn(what.project?.file ?? '', ['services', what.service?.name ?? '', 'image']))
    const value = valueOf(context, what, image.repository)
    const path = flags.string('path')
    if (flags.string('value') !== '' && path === '') throw usage('--value needs --path')
    if (isUrl(repository) && !flags.bool('push') && !flags.bool('dry-run')) throw usage('a commit to a repository named by URL is kept only with --push')
    const branch = flags.string('branch')
    if (branch === '') throw usage('which branch? --branch NAME')
    const subject = args[0] ?? image.repository ?? files.at(-1)!
    const moved = await commitMove({
      repository, remote: flags.string('remote'), branch, files, value, signal,
      paths: path === '' ? digestPaths(image.set, image.repository) : [path],
      ...(flags.string('base') === '' ? {} : { base: flags.string('base') }), ...(flags.changed('document') ? { document: flags.number('document') } : {}),
      add: flags.bool('add'), push: flags.bool('push'), dryRun: flags.bool('dry-run'),
      message: (m) => message(flags.string('message') || `${subject}${what.environment ? ` (${what.environment.name})` : ''}: ${m.path} to ${shortened(m.after)}\n\n${m.file}: ${m.path}: ${m.before ?? '(none)'} -> ${m.after}`),
      onRetry: (attempt, why) => out.note(`somebody was faster (${why}); made again on the new head, attempt ${attempt + 1}`),
    })
    if (!printStructured(context, () => moved)) tell(context, moved)
    return 0
  },
}

interface Wanted { readonly project?: Project; readonly service?: Service; readonly environment?: Environment; readonly key: string }

/** What of pintle.yaml is meant; nothing, when everything stands in flags. */
function wanted({ flags, args }: CommandContext): Wanted {
  const config = flags.string('config')
  const complete = args.length === 0 && flags.list('file').length > 0 && (flags.string('digest') !== '' || flags.string('value') !== '')
  if (complete && !flags.changed('config') && flags.string('environment') === '') return { key: '' }
  const { project } = readProject(config)
  const service = serviceOf(project, args[0], config)
  const environment = environmentOf(project.environments, flags.string('environment'))
  return { project, service, key: environment ? `${service.name}/${environment.name}` : service.name, ...(environment ? { environment } : {}) }
}

/** The repository, and the files of it to look at. */
async function placeOf({ flags, signal }: CommandContext, { project, service, environment }: Wanted): Promise<{ repository: string; files: string[] }> {
  const named = flags.string('repo')
  const files = flags.list('file').map((f) => f.replace(/^(\.\/)+/, ''))
  const base = project === undefined ? process.cwd() : dirname(project.file)
  if (named !== '' && isUrl(named)) {
    if (files.length === 0) throw usage('which file of the repository? --file PATH')
    return { repository: named, files }
  }
  const folder = resolve(named === '' ? base : named)
  if (!existsSync(folder)) throw usage(`there is no folder ${named}`)
  const top = await new Git(folder, { signal }).text(['rev-parse', '--show-toplevel'])
  if (files.length > 0) return { repository: top, files }
  const own = service === undefined ? [] : valueFiles(service, environment)
  const inside = own.filter((f) => existsSync(f)).map((f) => relative(top, realpathSync(f)).split(sep).join('/')).filter((f) => !f.startsWith('../'))
  if (inside.length === 0) throw usage('which file of the repository? --file PATH', service === undefined ? undefined : `the values files of ${service.name} are not in ${top}`)
  return { repository: top, files: inside }
}

function valueOf({ flags }: CommandContext, { project, key, service }: Wanted, repository: string | undefined): string {
  const text = flags.string('value')
  if (text !== '') {
    if (text.length > 1000 || /\p{Cc}/u.test(text)) throw usage('--value is one short line')
    return text
  }
  const digest = flags.string('digest')
  if (digest !== '') {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw usage(`${JSON.stringify(digest)} is no digest`, 'sha256: and 64 hexadecimal digits')
    return digest
  }
  if (repository === undefined) throw usage('which digest? --digest sha256:...', `or name the image of ${service?.name ?? 'the service'} in pintle.yaml, image: {repository: NAME, set: KEY}, and pin it`)
  const { image: asked, images: rendered = [] } = readLock(resolve(dirname(project!.file), 'pintle.lock')).releases[key] ?? {}
  // What was asked for is what is meant, whatever else the chart runs of that repository.
  const images = asked === undefined ? rendered : [asked]
  const own = parseImage(repository)
  const found = images.filter(({ image }) => {
    const other = parseImage(image)
    return typeof own === 'object' && typeof other === 'object' && own.registry === other.registry && own.repository === other.repository
  })
  const digests = [...new Set(found.map((i) => i.digest))]
  if (digests.length === 1) return digests[0]!
  throw new PintleError('rule.refused', digests.length === 0 ? `pintle.lock has no digest of ${repository} for ${key}` : `pintle.lock has ${digests.length} digests of ${repository} for ${key}:\n${found.map((i) => `  ${i.image} ${i.digest}`).join('\n')}`, {
    hint: digests.length === 0 ? `Run \`pintle pin ${service!.name}\`, or give --digest.` : 'Say which one with --digest.',
  })
}

function tell({ out, flags }: CommandContext, moved: Moved): void {
  const place = `${moved.file}:${moved.line}: ${moved.path}`
  if (moved.kind === 'unchanged') return out.line(`nothing to change: ${place} is so already on ${moved.branch}`)
  out.line(`${place}: ${moved.before ?? '(none)'} -> ${moved.after}`)
  if (moved.aliases > 0) out.note(`${moved.aliases === 1 ? 'an alias leads' : `${moved.aliases} aliases lead`} there, and now ${moved.aliases === 1 ? 'means' : 'mean'} it too`)
  if (moved.kind === 'would-commit') out.line(`would be committed to ${moved.branch}`)
  else out.line(`${moved.kind} ${moved.commit.slice(0, 12)} ${moved.kind === 'pushed' ? `to ${moved.branch} of ${isUrl(flags.string('repo')) ? 'the repository' : flags.string('remote')}` : `to ${moved.branch}`}`)
}

const message = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
const shortened = (value: string): string => value.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1')
