import { localLocation } from '../go/index.ts'
import { TomlError, tomlMarshal, tomlUnmarshal } from '../toml/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'

export const toml: Family = {
  // Where there is no TOML for the value, the text is that of the error; a panic (nil) stays one.
  toToml: fn('any', ([v]) => {
    try {
      return tomlMarshal(v!)
    } catch (error) {
      if (error instanceof TomlError) return error.message
      throw error
    }
  }),
  mustToToml: fn('any', ([v]) => tomlMarshal(v!)),
  fromToml: fn('string', ([text], { host }) => {
    try {
      return tomlUnmarshal(text as string, { local: localLocation(host.localZone) })
    } catch (error) {
      if (error instanceof TomlError) return new Map([['Error', error.message]])
      throw error
    }
  }),
}
