import { isAbsolute } from 'node:path'
import { GoObject, TypedSlice, int, sprintf, typeOf, type BoundMethod, type GoFunction, type Value } from '../../language/go/index.ts'
import { sprigFunctions } from '../../language/sprig/index.ts'
import { includeFunction } from '../../language/template/index.ts'
import { marshalPretty, unmarshalTypedV3 } from '../../language/yaml/index.ts'
import { getAt, getOrNil, setValueAtPath } from './path-values.ts'
import { stringKeysBelow } from './values-merge.ts'
import { joinPath, type WorkingFolder } from './working-folder.ts'

/** What the functions of one folder's templates reach beside their arguments. */
export interface TemplateReach {
  readonly folder: WorkingFolder
  /** The folder that relative paths are relative to, as helmfile writes it. */
  readonly basePath: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** HELMFILE_DISABLE_INSECURE_* is set: no programs, no files. */
  readonly locked: boolean
  /** Old files are rendered once before their values are known: then nothing is run or read. */
  readonly dry: boolean
  run(command: string, args: readonly string[], input: string, env: ReadonlyMap<string, string> | undefined): string
  /** The value of a map whose vals references are resolved. */
  expand(values: Value): Value
  /** helmfile's tpl. */
  tpl(text: string, data: Value): string
}

const disabled = 'HELMFILE_DISABLE_INSECURE_FEATURES or HELMFILE_DISABLE_INSECURE_TEMPLATE_FUNCTIONS is active, insecure function calls are disabled'
const sprig = sprigFunctions()

/** Sprig's functions with env and expandenv, its `get` called sprigGet, and helmfile's own (pkg/tmpl/context_funcs.go). */
export function templateFunctions(reach: TemplateReach): Map<string, GoFunction> {
  const { folder, env, dry } = reach
  const at = (path: string): string => (isAbsolute(path) ? path : joinPath(reach.basePath, path))
  const guarded = (instead: Value, call: GoFunction['call']): GoFunction['call'] => {
    if (reach.locked) {
      return () => {
        throw new Error(disabled)
      }
    }
    return dry ? () => instead : call
  }
  const own: [string, GoFunction][] = [
    ['sprigGet', sprig.get('get')!],
    ['env', { params: ['string'], call: ([name]) => env[name as string] ?? '' }],
    ['expandenv', { params: ['string'], call: ([text]) => expandEnv(text as string, env) }],
    ['envExec', { params: ['map[string]interface {}', 'string', '[]interface {}', 'string'], variadic: true, call: guarded('', ([envs, command, args, ...inputs]) =>
      reach.run(command as string, stringArgs(args as Value[] | null), (inputs[0] as string | undefined) ?? '', envs === null ? undefined : stringEnvs(envs as Map<string, Value>))) }],
    ['exec', { params: ['string', '[]interface {}', 'string'], variadic: true, call: guarded('', ([command, args, ...inputs]) =>
      reach.run(command as string, stringArgs(args as Value[] | null), (inputs[0] as string | undefined) ?? '', undefined)) }],
    ['isFile', { params: ['string'], call: ([path]) => { const stat = folder.stat(at(path as string)); return stat !== undefined && !stat.isDirectory() } }],
    ['isDir', { params: ['string'], call: ([path]) => folder.isFolder(at(path as string)) }],
    ['readFile', { params: ['string'], call: guarded('', ([path]) => folder.readText(at(path as string))) }],
    ['readDir', { params: ['string'], call: guarded(TypedSlice.make('[]string', []), ([path]) =>
      TypedSlice.make('[]string', entries(reach, 'ReadDir', at(path as string)).filter((entry) => !entry.isFolder).map((entry) => joinPath(path as string, entry.name)))) }],
    ['readDirEntries', { params: ['string'], call: guarded(TypedSlice.make('[]fs.DirEntry', []), ([path]) => TypedSlice.make('[]fs.DirEntry', entries(reach, 'ReadDirEntries', at(path as string)))) }],
    ['toYaml', { params: ['interface {}'], call: ([value]) => marshalPretty(value ?? null) }],
    ['fromYaml', { params: ['string'], call: ([text]) => fromYaml(text as string) }],
    ['setValueAtPath', { params: ['string', 'interface {}', 'map[string]interface {}'], call: ([path, value, values]) => setValueAtPath(path as string, value ?? null, values as Map<string, Value>) }],
    ['requiredEnv', { params: ['string'], call: ([name]) => requiredEnv(name as string, env) }],
    ['get', { params: ['string', 'interface {}'], variadic: true, call: ([path, ...rest]) => getAt(path as string, rest) }],
    ['getOrNil', { params: ['string', 'interface {}'], call: ([path, object]) => getOrNil(path as string, object ?? null) }],
    ['tpl', { params: ['string', 'interface {}'], call: ([text, data]) => reach.tpl(text as string, data ?? null) }],
    ['required', { params: ['string', 'interface {}'], call: ([warning, value]) => {
      if (value === null || value === undefined || value === '') throw new Error(warning as string)
      return value
    } }],
    ['fetchSecretValue', { params: ['string'], call: ([reference]) => {
      const value = (reach.expand(new Map([['key', reference!]])) as Map<string, Value>).get('key')!
      if (typeof value !== 'string') throw new Error('expected the value of the reference to be string')
      return value
    } }],
    ['expandSecretRefs', { params: ['map[string]interface {}'], call: ([values]) => reach.expand(values ?? new Map()) }],
    ['include', includeFunction],
  ]
  const functions = new Map(sprig)
  for (const [name, fn] of own) functions.set(name, fn)
  return functions
}

function stringArgs(args: readonly Value[] | null): string[] {
  return (args ?? []).map((arg, i) => {
    if (typeof arg === 'string') return arg
    throw new Error(sprintf('unexpected type of arg "%s" in args %v at index %d', [arg === null ? '%!s(<nil>)' : typeOf(arg), [...args!], int(i)]))
  })
}

function stringEnvs(envs: Map<string, Value>): Map<string, string> {
  for (const [key, value] of envs) if (typeof value !== 'string') throw new Error(sprintf('unexpected type of env "%s" in envs %v at index %s', [value === null ? '%!s(<nil>)' : typeOf(value), envs, key]))
  return envs as Map<string, string>
}

function requiredEnv(name: string, env: TemplateReach['env']): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`required env var \`${name}\` is not set`)
  return value
}

function fromYaml(text: string): Value {
  try {
    return stringKeysBelow(unmarshalTypedV3(text))
  } catch (error) {
    throw new Error(`${(error as Error).message}, offending yaml: ${text}`, { cause: error })
  }
}

/** os.ExpandEnv: $NAME and ${NAME}. */
function expandEnv(text: string, env: TemplateReach['env']): string {
  return text.replace(/\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[*#$@!?\-0-9]))/g, (_, braced: string | undefined, bare: string | undefined) => env[braced ?? bare!] ?? '')
}

/** fs.DirEntry, as far as templates can use it. */
class DirEntry extends GoObject {
  readonly goType = '*os.unixDirent'
  readonly goKind = 'ptr'
  readonly name: string
  readonly isFolder: boolean
  constructor(name: string, isFolder: boolean) {
    super()
    this.name = name
    this.isFolder = isFolder
  }
  override method(name: string): BoundMethod | undefined {
    if (name === 'Name') return { params: [], call: () => this.name }
    if (name === 'IsDir') return { params: [], call: () => this.isFolder }
    return undefined
  }
  override text(): string {
    return `${this.isFolder ? 'd' : '-'} ${this.name}${this.isFolder ? '/' : ''}`
  }
}

function entries(reach: TemplateReach, who: string, path: string): DirEntry[] {
  try {
    return reach.folder.entries(path).map((entry) => new DirEntry(entry.name, entry.isDirectory()))
  } catch (error) {
    throw new Error(`${who} ${JSON.stringify(path)}: ${(error as Error).message}`, { cause: error })
  }
}
