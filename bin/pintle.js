#!/usr/bin/env node
/*
 * Starts fast: checks Node, then runs one script of dist/cli with V8's code cache for the command.
 *
 * Node's own compile cache is made before a module runs, so it lacks the functions a command goes on to compile, which take longer than
 * loading it. The cache here is made when a command is done. Import statements are avoided: they make Node load what fs and others
 * export only on demand.
 */
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `Error: Pintle needs Node.js 22.15 or newer; this is ${process.version}.\n` +
      'hint: install a current Node.js, or run it through npm scripts of a checkout, which bring their own.\n',
  )
  process.exit(1)
}
const { argv, env } = process
const command = /^[a-z]+$/.test(argv[2] ?? '') ? argv[2] : ''

// A command ends before much of what V8 would optimise pays: let it take ten times as long to call a function hot (measured on this one). What is done
// at once is not worth loading the module.
if (major === 24 && command !== 'show') {
  process.getBuiltinModule('v8').setFlagsFromString(
    '--invocation-count-for-maglev=4000 --invocation-count-for-maglev-osr=1000 --invocation-count-for-turbofan=30000 --invocation-count-for-osr=5000',
  )
}
const fs = process.getBuiltinModule('fs')
const vm = process.getBuiltinModule('vm')
// What starts often has scripts of its own, which hold nothing else: commands about a chart that is here, and commands about releases in a cluster. What
// they lack is in `main`, which a command line that may need it runs.
const scripts = {
  template: 'template', show: 'show', lint: 'lint',
  install: 'releases', upgrade: 'releases', rollback: 'releases', uninstall: 'releases', list: 'releases', history: 'releases', status: 'releases', get: 'releases',
}
const called = /([^/\\]*?)(\.js)?$/.exec(argv[1] ?? '')[1]
// helmfile has verbs of the same names.
const own = called !== 'helmfile' && Object.hasOwn(scripts, command) ? scripts[command] : undefined
const lacking = own === 'releases' ? /^--(sandbox|kustomize|dependency-update|evaluate-references|repo$|repo=|verify)|:\/\/|kustomize:/ : /^--(dry-run|kustomize|validate|evaluate-references|cluster-schemas|post-renderer|dependency-update|repo$|repo=|verify)|:\/\//
const elsewhere = (word) => lacking.test(word) || (/^[^./-].*\//.test(word.trim()) && !fs.existsSync(word.trim()))
const simulated = (own === 'releases' && (env.PINTLE_SANDBOX || env.HELM_DRIVER === 'memory')) || env.HELM_SECRETS_BACKEND || env.HELM_SECRETS_EVALUATE_TEMPLATES || env.HELM_SECRETS_WRAPPER_ENABLED
const file = `${import.meta.dirname}/../dist/cli/${own && !simulated && !argv.slice(3).some(elsewhere) ? own : 'main'}.cjs`
const source = fs.readFileSync(file, 'latin1')

const home = env.XDG_CACHE_HOME || env.LOCALAPPDATA || (env.HOME && `${env.HOME}/.cache`)
const folder = home && `${home}/pintle/code`
// What decides whether V8 takes a cache: this very script, the engine, its flags. The last byte counts how often it was renewed.
const options = [...process.execArgv, env.NODE_OPTIONS].join(' ').replace(/[^\w=-]+/g, ' ').trim()
const cacheFile = folder && `${folder}/${command}-${source.slice(2, 18)}-${process.version}-${process.arch}${options && `-${options.slice(0, 100)}`}`
let cached
try {
  // The cache is code: one that somebody else put there is not taken.
  if (folder && fs.statSync(cacheFile).uid === (process.getuid?.() ?? 0)) cached = fs.readFileSync(cacheFile)
} catch {}

const script = new vm.Script(source, {
  filename: file,
  cachedData: cached?.subarray(0, -1),
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})
const module = { exports: {} }
const require = Object.assign((name) => process.getBuiltinModule('module').createRequire(file)(name), { from: file })
script.runInThisContext()(require, module, module.exports)
const code = await module.exports.main(argv.slice(2), called === 'helm' || called === 'helmfile' ? called : 'pintle')
// A lint that finds something ran all of it, too.
if (folder && (code === 0 || command === 'lint')) keepCache()
process.exit(code)

/** Saves what V8 compiled: in the first run, and now and then after it, ever more seldom, to add what other runs needed. */
function keepCache() {
  const renewed = cached && !script.cachedDataRejected ? cached.at(-1) + 1 : 0
  if (renewed > 0 && Math.random() > 2 ** -Math.min(renewed, 7)) return
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    const temporary = `${cacheFile}.${process.pid}`
    fs.writeFileSync(temporary, Buffer.concat([script.createCachedData(), Buffer.of(Math.min(renewed, 255))]), { mode: 0o600 })
    fs.renameSync(temporary, cacheFile)
    const month = 30 * 24 * 3600e3
    for (const name of fs.readdirSync(folder)) {
      if (Date.now() - fs.statSync(`${folder}/${name}`).mtimeMs > month) fs.rmSync(`${folder}/${name}`)
    }
  } catch {}
}
