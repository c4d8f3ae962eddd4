/** `__complete` beside the real Helm's, on one real cluster: the same words and directives, so that scripts made by Helm work with Pintle too. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { install, uninstall, upgrade } from '../../src/cluster/release/index.ts'
import { folder } from '../cli/run-cli.ts'
import { CliPair } from './cli-pair.ts'
import { configMap, rendered } from './release-fixtures.ts'

/** Lines as they are typed; the last word, which may be empty, is the one to complete. */
const lines = [
  'status ', 'status sh', 'status shop ', 'status -n default ', 'status -n other ', '--namespace other status ', 'status --namespace=other ', 'history ', 'get all ', 'get values ', 'get metadata shop ', 'get manifest ', 'get hooks ', 'get notes ',
  'uninstall ', 'uninstall shop ', 'uninstall shop api ', 'rollback ', 'rollback shop ', 'rollback shop 1 ', 'rollback nowhere ', 'upgrade ', 'upgrade sh', 'upgrade shop ./', 'upgrade shop ./c ', 'test ', 'test shop ', 'list ', 'version ', 'env ', 'env HELM_BIN ',
  'install ', 'install a ./', 'install a ./c ', 'install -g ./', 'template ', 'template a ./c', 'template --generate-name ./', 'get ', 'get va', 'get nonsense ', 'completion ', 'completion b', 'completion bash ', 'nonsense ', 'nonsense', 'comp',
  'list -o ', 'list --output ', 'list --output=', 'list --output=j', 'list -o=y', 'status shop -o ', 'status shop --revision ', 'status --revision ', 'get values shop --revision ', 'get all nowhere --revision ',
  'push ', 'push x ', 'push x y ', 'registry login ', 'registry login x ', 'registry logout ',
  'status --namespace ', 'status -n ', 'status --namespace=d', '--namespace ', 'status --kube-context ', '--kube-context ', 'install --version ', 'upgrade --version ', 'install -f ', 'install --set ', 'list --nonsense ', 'list --nonsense=', 'list --max x ', 'list -- ', 'list --help ', 'status -- sh', 'list --max ',
  'uninstall --ke', 'uninstall --keep-history --k', 'template --sh', 'template --show-only x --sh', 'upgrade --res', 'upgrade --reset-values --res', 'upgrade --force-replace --force', 'install --dry', 'list --pe', 'history --m', 'rollback --cl', 'get values -', 'env --kube-a', 'test --lo', 'install --wait', 'list -A --all', 'version --',
]

export interface CompletionGround { readonly cluster: Cluster; readonly kubeconfig: string; readonly helm: string }

export function completionSuite(ground: () => CompletionGround): void {
  let pair: CliPair
  let dir: ReturnType<typeof folder>
  beforeAll(async () => {
    const { cluster, helm } = ground()
    pair = new CliPair(helm)
    dir = folder({ 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' })
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
    for (const [namespace, name] of [['default', 'shop'], ['default', 'api'], ['default', 'gone'], ['other', 'elsewhere']] as const) await install({ cluster, namespace, name, source: rendered([configMap(name)]) })
    await upgrade({ cluster, namespace: 'default', name: 'shop', source: rendered([configMap('shop', { a: '1' })]) })
    await uninstall({ cluster, namespace: 'default', name: 'gone', keepHistory: true })
  })
  afterAll(() => {
    pair?.remove()
    dir?.remove()
  })

  const options = () => ({ cwd: dir.path, env: { KUBECONFIG: ground().kubeconfig } })
  const both = async (request: string, line: string) => {
    const args = [request, ...line.split(' ')]
    const [theirs, ours] = await Promise.all([pair.helm(args, options()), pair.linked(args, options())])
    return [theirs, ours].map(({ code, out, err }) => ({ code, out: out.trimEnd().split('\n'), err: err.split('\n').filter((l) => l.startsWith('Completion')) })) as [Answer, Answer]
  }
  interface Answer { code: number; out: string[]; err: string[] }

  /** Flags of Pintle alone, offered under Helm's name too. */
  const ownFlags = new Set(['--progress', '--sandbox', '--delete-hooks', '--conflict', '--upgrade-crds', '--force-crds'])
  /** Flags of Helm 3 that Pintle still offers. */
  const oldFlags = new Set(['--all', '-a', '--show-desc', '--show-resources'])
  /** Values that Pintle offers where Helm offers files. */
  const random = (line: string): boolean => / (--kube-context )$/.test(` ${line}`)

  // Every second line, unless all are asked for.
  const tried = process.env.PINTLE_COMPLETIONS === 'all' ? lines : lines.filter((_, i) => i % 2 === 0)
  it.concurrent.each(tried)('[%s]', async (line) => {
    const [theirs, ours] = await both('__completeNoDesc', line)
    const words = (a: Answer) => (random(line) ? [...a.out].sort() : a.out)
    expect({ ...ours, out: words(ours).filter((w) => !ownFlags.has(w) && (theirs.out.includes(w) || !oldFlags.has(w))) }).toEqual({ ...theirs, out: words(theirs) })
  })

  it('describes releases, revisions, contexts and formats in the same words', async () => {
    for (const line of ['status ', 'rollback shop ', 'list -o ', 'status --kube-context ']) {
      const [theirs, ours] = await both('__complete', line)
      expect(ours.out.sort(), line).toEqual(theirs.out.sort())
    }
  })

  it('offers the commands that it has, of those Helm has', async () => {
    const [theirs, ours] = await both('__completeNoDesc', '')
    expect(ours.out).toEqual(theirs.out.filter((name) => name !== 'plugin'))
  })

  it('offers values where Helm has none: strategies, apply methods, dry runs, cascades', async () => {
    const answers = await Promise.all(['upgrade --wait=', 'upgrade --server-side ', 'install --dry-run=', 'uninstall --cascade ', 'upgrade --progress '].map(async (line) => (await both('__completeNoDesc', line))[1].out))
    expect(answers).toEqual([
      ['watcher', 'hookOnly', 'legacy', ':4'], ['auto', 'true', 'false', ':4'], ['none', 'client', 'server', ':4'], ['background', 'foreground', 'orphan', ':4'], ['auto', 'live', 'plain', 'json', 'none', ':4'],
    ])
  })
}
