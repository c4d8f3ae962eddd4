/** The language wing without Node: bundled as for a browser, and run in a context that has nothing but JavaScript itself and TextEncoder. */
import { createContext, runInContext } from 'node:vm'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('renders templates with the functions and YAML', async () => {
  const root = resolve(import.meta.dirname, '../../src/language')
  const { outputFiles, metafile } = await build({
    stdin: {
      resolveDir: root, loader: 'ts',
      contents: `
        import { Execution, TemplateSet } from './template/index.ts'
        import { helmFunctions } from './sprig/index.ts'
        import { marshal, unmarshal } from './yaml/index.ts'
        const host = { now: () => 0n, randomBytes: (n) => new Uint8Array(n), localZone: 'UTC', lookup: () => new Map(), getHostByName: () => '', lint: false }
        const set = new TemplateSet('t', { funcs: helmFunctions, missingKey: 'zero' })
        set.parse('t', '{{ .a | upper | quote }} {{ sha256sum "x" | trunc 8 }} {{ regexReplaceAll "a(b+)" "xabby" "\${1}" }} {{ toYaml .m | nindent 2 }} {{ date "2006" 0 }} {{ semverCompare "^1.2" "1.9.0" }}')
        globalThis.result = new Execution(set, { host }).execute('t', unmarshal('a: é\\nm: {k: [1, x]}')) + marshal(unmarshal('count: 1000000'))`,
    },
    bundle: true, format: 'iife', platform: 'browser', write: false, metafile: true, logLevel: 'silent',
  })
  expect(Object.keys(metafile.inputs).filter((f) => f.startsWith('node:'))).toEqual([])
  const context = createContext({ TextEncoder, TextDecoder })
  runInContext(outputFiles[0]!.text, context)
  expect(context.result).toBe('"É" 2d711642 xbby \n  k:\n  - 1\n  - x 1970 truecount: 1000000\n')
})
