import type { FuncMap, GoFunction } from '../go/index.ts'
import { chance } from './chance.ts'
import { control, sprigControl } from './control.ts'
import { crypto } from './crypto/functions.ts'
import { dates } from './dates.ts'
import { defaults } from './defaults.ts'
import type { Family } from './define.ts'
import { dicts } from './dicts.ts'
import { encoding } from './encoding.ts'
import { helmDurations } from './helm-durations.ts'
import { helmJson, sprigJson } from './json.ts'
import { lists } from './lists.ts'
import { numeric } from './numeric.ts'
import { paths } from './paths.ts'
import { reflection } from './reflection.ts'
import { regexes } from './regexes.ts'
import { strings } from './strings.ts'
import { toml } from './toml.ts'
import { urls } from './urls.ts'
import { versions } from './versions.ts'
import { yaml } from './yaml.ts'

function toMap(families: readonly Family[]): Map<string, GoFunction> {
  const out = new Map<string, GoFunction>()
  for (const family of families) for (const name in family) out.set(name, family[name]!)
  return out
}

function sprig(): Family[] {
  return [
    strings, chance, defaults, numeric, lists, dicts, reflection, encoding, crypto, dates(), versions(), regexes(),
    paths, urls, sprigJson, sprigControl,
  ]
}

/** Sprig 3.3.0's TxtFuncMap without env and expandenv, as Helm takes it. A map keeps the patterns and versions it parsed. */
export function sprigFunctions(): FuncMap {
  return toMap(sprig())
}

/**
 * All the functions of a Helm template: Sprig's and Helm's own. One map for all engines, since nothing in it depends on
 * one; its bounded memos of parsed patterns and versions are shared.
 */
export const helmFunctions: FuncMap = toMap([...sprig(), helmJson, yaml, toml, helmDurations, control])
