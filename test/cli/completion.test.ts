/** The completion scripts in real shells, over a sandbox with releases. Bash is always there; other shells where they are installed. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src/cluster/sandbox/index.ts'
import { install } from '../../src/cluster/release/index.ts'
import { rendered } from '../cluster/release-fixtures.ts'

let sandbox: Sandbox
let dir: string

beforeAll(async () => {
  sandbox = startSandbox()
  dir = mkdtempSync(join(tmpdir(), 'pintle-shells-'))
  writeFileSync(join(dir, 'kubeconfig'), (await sandbox.listen()).kubeconfig)
  for (const name of ['shop', 'shop-api']) await install({ cluster: sandbox.cluster(), namespace: 'default', name, source: rendered([]) })
  for (const name of ['pintle', 'helm']) symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), join(dir, name))
  mkdirSync(join(dir, 'charts'))
  writeFileSync(join(dir, 'chart.tgz'), '')
})
afterAll(async () => {
  await sandbox.close()
  rmSync(dir, { recursive: true })
})

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

function run(program: string, args: string[], input = ''): Promise<string> {
  // The scripts start the program by its link: `env node` must find the Node of this test.
  const env = { PATH: `${dir}:${resolve(process.execPath, '..')}:${process.env.PATH}`, HOME: dir, KUBECONFIG: join(dir, 'kubeconfig'), TERM: 'dumb', LC_ALL: 'C.UTF-8' }
  return new Promise((done, fail) => {
    const child = execFile(program, args, { env, cwd: dir, timeout: 30_000 }, (error, out, err) => (error === null ? done(out) : fail(new Error(`${error.message}\n${out}${err}`))))
    child.stdin!.end(input)
  })
}

/** What bash would put into the line, or list: the completion function called as readline calls it. */
async function bash(line: string, program = 'pintle', flags = ''): Promise<string[]> {
  const script = `${dir}/${program}${flags}.bash`
  if (!existsSync(script)) writeFileSync(script, await run(program, ['completion', 'bash', ...flags.split(' ').filter((f) => f !== '')]))
  const out = await run('bash', ['--norc', '-c', `
    source ${script}
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    set -- $(complete -p ${program}); while [[ $1 != -F ]]; do shift; done
    $2
    printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', line])
  return out.split('\n').filter((l) => l !== '')
}

describe('bash', () => {
  it.each([
    ['pintle sta', ['status']],
    ['pintle rollb', ['rollback']],
    ['pintle status shop-', ['shop-api']],
    ['pintle rollout und', ['undo']],
    ['pintle rollout promote shop-', ['shop-api']],
    ['pintle status "shop-', ['shop-api']],
    ['pintle status shop', ['shop  (demo-1.2.3 -> deployed)', 'shop-api  (demo-1.2.3 -> deployed)']],
    ['pintle uninstall shop ', ['shop-api']],
    ['pintle rollback shop ', ['1']],
    ['pintle -n default get val', ['values']],
    ['pintle get values shop --output=j', ['json']],
    ['pintle get values shop -o ya', ['yaml']],
    ['pintle status --namesp', ['--namespace']],
    ['pintle status --namespace kube-s', ['kube-system']],
    ['pintle install a ./ch', []],
    ['pintle status shop ', []],
    ['pintle nonsense ', []],
  ])('%s', async (line, want) => {
    expect(await bash(line)).toEqual(want)
  })
  it('works for the link named helm, and without descriptions', async () => {
    expect(await bash('helm status shop', 'helm', '--no-descriptions')).toEqual(['shop', 'shop-api'])
    expect((await bash('helm rel', 'helm'))).toEqual([])
  })
  it('in a terminal: one candidate is put in, several are listed, files come where charts do', async () => {
    if (!has('script')) return expect(process.env.CI, 'script(1) is missing').toBeUndefined()
    const typed = 'source <(pintle completion bash)\nbind "set page-completions off"\nbind "set bell-style none"\necho 1 pintle rollb\t\x15 \npintle rollb\tshop-\t\x01echo \x05:first\npintle upgrade shop char\t\x01echo \x05:second\nexit\n'
    const seen = await run('script', ['-qec', 'bash --norc -i', '/dev/null'], typed)
    expect(seen).toContain('\npintle rollback shop-api :first'.replace('\n', ''))
    expect(seen).toMatch(/pintle upgrade shop chart/)
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  const zsh = async (line: string): Promise<string> => {
    const out = await run('zsh', ['-f', '-c', `
      zmodload zsh/zpty
      zpty -b shell zsh -f -i
      zpty -w shell 'PS1=; PROMPT=; autoload -U compinit; compinit -u -d ${dir}/zcompdump; unsetopt beep; source <(pintle completion zsh); zstyle ":completion:*" list-separator --; LISTMAX=1000; print REA''DY'
      zpty -r -m shell seen '*READY*'
      zpty -w -n shell $1$'\\t'
      repeat 40; do sleep 0.1; zpty -r -t shell more && out+=$more; done
      print -r -- $out`, 'zsh', line])
    // oxlint-disable-next-line no-control-regex -- what a terminal is sent
    return out.replace(/\u001b\[[\d;?]*[a-zA-Z]/g, '')
  }
  it('completes commands and releases, with descriptions in the list', async () => {
    const [command, list] = await Promise.all([zsh('pintle rollb'), zsh('pintle status sh')])
    expect(command).toContain('pintle rollback ')
    expect(list).toContain('pintle status shop')
  }, 60_000)
})

describe.skipIf(!has('fish'))('fish', () => {
  const fish = async (line: string, program = 'pintle') => (await run('fish', ['--no-config', '-c', `${program} completion fish | source; complete -C ${JSON.stringify(line)}`])).split('\n').filter((l) => l !== '')
  it('completes words, values, releases and files', async () => {
    expect(await fish('pintle rollb')).toEqual(['rollback\treturn to an earlier revision'])
    expect(await fish('pintle status shop-')).toEqual(['shop-api\tdemo-1.2.3 -> deployed'])
    expect(await fish('helm list --output=j', 'helm')).toEqual(['--output=json\tOutput result in JSON format'])
    expect((await fish('pintle install a ch')).map((l) => l.split('\t')[0])).toEqual(['chart.tgz', 'charts/'])
    expect(await fish('pintle status shop ')).toEqual([])
  }, 60_000)
})

it.skipIf(!has('pwsh'))('PowerShell', async () => {
  const out = await run('pwsh', ['-NoProfile', '-Command', "pintle completion powershell | Out-String | Invoke-Expression; (TabExpansion2 'pintle status shop-' 19).CompletionMatches.CompletionText"])
  expect(out.trim()).toBe('shop-api')
})

it('says which shells were not there', () => {
  const missing = ['zsh', 'fish', 'pwsh'].filter((shell) => !has(shell))
  if (missing.length > 0) process.stderr.write(`completion: not tried, because not installed: ${missing.join(', ')}\n`)
  expect(has('bash')).toBe(true)
})
