/** Builds dist/: the CLI as scripts that bin/pintle.js runs, the library, and (without --quick) its type declarations. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build, type BuildOptions, type Plugin } from 'esbuild'

const pkg = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; dependencies: Record<string, string> }
const quick = process.argv.includes('--quick')

const packages = Object.keys(pkg.dependencies)

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22.15',
  treeShaking: true,
  minifySyntax: true,
  minifyWhitespace: true,
  define: { PINTLE_VERSION: JSON.stringify(pkg.version) },
  logLevel: 'warning',
}

/**
 * Loads Node's modules, and packages that few commands need, when something of them is first used: an ESM import of node:fs alone makes
 * Node load its promises, streams and readline to learn what they export, and node:crypto costs as much as a small program.
 *
 * esbuild reads what is imported as properties of an object which inherits from the prototype of the module's exports. Here that is a
 * proxy, which puts the real module in its own place as soon as a property is read.
 */
const lazyImports: Plugin = {
  name: 'lazy-imports',
  setup(builder) {
    builder.onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) =>
      kind === 'import-statement' && (path.startsWith('node:') || packages.includes(path)) ? { path, namespace: 'lazy' } : undefined)
    builder.onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
      contents: `module.exports = Object.create(new Proxy({}, {
        get(_, name, object) {
          const real = ${path.startsWith('node:') ? `process.getBuiltinModule('${path}')` : `require('${path}')`}
          Object.setPrototypeOf(object, real)
          return real[name]
        },
      }))`,
    }))
  },
}

rmSync('dist', { recursive: true, force: true })

/**
 * The CLI. Each program is one script, so that V8's code cache for it (see bin/pintle.js) holds all that a command runs; modules that are
 * imported dynamically run when they are asked for. Commands that people run often and that are done soon are scripts of their own, with nothing else in
 * them, because they must start fast.
 */
const programs: Record<string, Plugin[]> = {
  main: [], template: [onlyCommands('template')], show: [onlyCommands('show')], lint: [onlyCommands('lint')],
  releases: [onlyCommands('install', 'upgrade', 'rollback', 'uninstall', 'list', 'history', 'status', 'get')],
}
for (const [name, plugins] of Object.entries(programs)) {
  const result = await build({
    ...shared,
    entryPoints: ['src/faces/cli/main.ts'],
    format: 'cjs',
    write: false,
    external: packages,
    // Packages are imported by the script's own require(): import() in a script made from text is experimental in Node, which says so on stderr.
    supported: { 'dynamic-import': false },
    // Where packages are found from, for those who start threads: bin/pintle.js says so.
    define: { ...shared.define, 'import.meta.url': 'require.from' },
    plugins: [...plugins, lazyImports],
  })
  const code = result.outputFiles[0]!.text
  mkdirSync('dist/cli', { recursive: true })
  // The first line names this very text: V8 accepts a code cache for any other of the same length.
  const id = createHash('sha256').update(code).digest('hex').slice(0, 16)
  writeFileSync(`dist/cli/${name}.cjs`, `//${id}\n(function(require,module,exports){${code}})\n`)
}

/**
 * Leaves out what main.ts would import for other commands, helmfile among them, and what only some command lines need: the cluster of `template`, the embedded cluster, fetching a
 * chart. bin/pintle.js runs `main` for those.
 */
function onlyCommands(...names: string[]): Plugin {
  const wanted = new Set(names.map((name) => `./commands/${name}.ts`))
  return {
    name: 'only-commands',
    setup(builder) {
      builder.onResolve({ filter: /^\.\/commands\/|-server\.ts$|\/(?:post-renderer|kustomize\/post-render|dependency-update|remote-chart|complete-charts|kubernetes-reader|helmfile\/dispatch|sandbox-session|memory-session|cluster-definitions)\.ts$|\/checks\/index\.ts$/ }, ({ path, kind }) =>
        kind === 'dynamic-import' && !wanted.has(path) ? { path, external: true } : undefined)
    },
  }
}

const library = { index: 'src/index.ts', template: 'src/language/template/index.ts', sprig: 'src/language/sprig/index.ts', yaml: 'src/language/yaml/index.ts' }
await build({
  ...shared,
  entryPoints: Object.fromEntries(Object.entries(library).filter(([, path]) => existsSync(path))),
  format: 'esm',
  external: packages.filter((name) => name !== 're2js'),
  splitting: true,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
})
if (!quick) execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
