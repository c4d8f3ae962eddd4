import { pathBase, pathClean, pathDir, pathExt, pathIsAbs } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

const text = (f: (path: string) => Value): Family[string] => fn('string', ([path]) => f(path as string))
const base = text(pathBase)
const clean = text(pathClean)
const dir = text(pathDir)
const ext = text(pathExt)
const isAbs = text(pathIsAbs)

/** The `os` ones are those of the machine in Go; here every machine is a Unix one. */
export const paths: Family = {
  base, clean, dir, ext, isAbs, osBase: base, osClean: clean, osDir: dir, osExt: ext, osIsAbs: isAbs,
}
