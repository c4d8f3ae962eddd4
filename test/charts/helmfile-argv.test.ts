/** The command lines of `helm template` and `helm lint`, and the values files they name, beside those the real helmfile passes to a helm that writes them down. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { commands } from '../../src/faces/cli/commands.ts'
import { runHelmfile } from '../../src/faces/cli/helmfile/dispatch.ts'
import { InProcessHelm } from '../../src/faces/cli/in-process-helm.ts'
import { Output } from '../../src/faces/cli/output.ts'
import { parseDocument } from '../../src/language/yaml/index.ts'
import { runCli } from '../cli/run-cli.ts'

const helmfile = await ensureTool('helmfile')
const helm = await ensureTool('helm')

const project = `values: [{town: x}]
apiVersions: [a.io/v1]
helmDefaults: {args: ["--debug=false"], templateArgs: ["--is-upgrade"], devel: true, insecureSkipTLSVerify: true}
releases:
- name: one
  namespace: n
  chart: ./c
  version: ~1.2
  enableDNS: true
  kubeVersion: v1.30.0
  skipSchemaValidation: true
  values: [{b: {c: [1, two, 3.5, true, null]}, a: 2}, v.yaml, v.yaml.gotmpl]
  set: [{name: x.y, value: "a,b{c}"}, {name: l, values: [p, "q,r", 3]}, {name: f, file: v.yaml}]
  setString: [{name: s, value: "1"}]
  env: [{name: e, value: HOME_TOWN}]
- {name: two, chart: ./c, plainHttp: true, kubeContext: ctx, postRendererArgs: [x]}
`

interface Call { readonly words: readonly string[]; readonly files: readonly unknown[] }

/** Paths of values files are new each time; their order and contents are not. */
function call(words: readonly string[], read: (path: string) => string): Call {
  const files: unknown[] = []
  return { words: words.map((word, i) => {
    if (words[i - 1] !== '--values' || !word.includes('helmfile')) return word
    files.push(parseDocument(read(word)))
    return `<values ${files.length}>`
  }), files }
}

test.skipIf(helmfile === undefined || helm === undefined)('helm template and lint are called with the words and values of the real helmfile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-argv-'))
  const cwd = process.cwd()
  try {
    for (const [name, text] of Object.entries({
      'helmfile.yaml.gotmpl': project, 'v.yaml': 'from: file # kept\n', 'v.yaml.gotmpl': 'release: {{ .Release.Name }}\ntown: {{ .Values.town }}\n', 'more.yaml': 'm: 1\n', 'log': '',
      'helm': `#!/bin/sh\ncase "$1" in template|lint) { printf 'CALL\\n'; next=; for word in "$@"; do printf '%s\\n' "$word"; done; printf 'FILES\\n'; for word in "$@"; do if [ "$next" = 1 ]; then case "$word" in *helmfile*) cat "$word"; printf '\\n=====\\n';; esac; fi; next=; [ "$word" = --values ] && next=1; done; } >> '${join(folder, 'log')}';; esac\nexec '${helm}' "$@"\n`,
    })) writeFileSync(join(folder, name), text)
    chmodSync(join(folder, 'helm'), 0o755)
    mkdirSync(join(folder, 'c/templates'), { recursive: true })
    writeFileSync(join(folder, 'c/Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 1.2.3\n')
    writeFileSync(join(folder, 'c/templates/a.yaml'), 'a: {{ .Values | toJson | quote }}\n')
    const env = { PATH: `${folder}:${dirname(helm!)}:/usr/bin:/bin`, HOME: join(folder, 'home'), HOME_TOWN: 'u,v', HELMFILE_UPGRADE_NOTICE_DISABLED: '1' }
    for (const args of [
      ['template', '--set', 'k=v', '--values', 'more.yaml', '--include-crds', '--skip-tests', '--no-hooks', '--show-only', 'templates/a.yaml', '--args', '--api-versions b.io/v1', '-l', 'name=one'],
      ['template', '-l', 'name=two', '--kube-version', '1.31.0', '--skip-schema-validation', '--template-args', '--is-upgrade=false'], ['lint', '--set', 'k=v', '-l', 'name=one'],
    ]) {
      writeFileSync(join(folder, 'log'), '')
      const real = await runCli(args, { cwd: folder, program: [helmfile!], env })
      const expected = readFileSync(join(folder, 'log'), 'utf8').split('CALL\n').slice(1).map((text) => {
        const [words, files] = text.split('FILES\n') as [string, string]
        const contents = files.split('\n=====\n')
        return call(words.trimEnd().split('\n'), () => contents.shift()!)
      })
      const calls: Call[] = []
      let err = ''
      const code = await runHelmfile(args, 'helmfile', {
        cwd: folder, env, out: new Output({ plain: true, stdout: () => {}, stderr: (text) => { err += text } }),
        helm: async () => {
          const inner = new InProcessHelm(commands)
          return {
            shared: inner.shared, close: () => inner.close(),
            run: (words, options = {}) => {
              if (words[0] === 'template' || words[0] === 'lint') calls.push(call(words, (path) => Buffer.from(options.files!.get(path)!).toString()))
              return inner.run(words, options)
            },
          }
        },
      })
      expect(code, `${real.err}\n${err}`).toBe(real.code)
      expect(calls).toEqual(expected)
      expect(expected.length).toBeGreaterThan(0)
    }
  } finally {
    process.chdir(cwd)
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
