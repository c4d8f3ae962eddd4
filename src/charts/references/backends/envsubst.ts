import type { BackendContext, BackendMaker } from '../backend.ts'
import { yamlMap } from '../yaml-map.ts'

/** `ref+envsubst://$NAME` and `ref+envsubst:///${NAME:-default}`. Upstream: pkg/providers/envsubst. */
export const envsubst: BackendMaker = (_, { env }) => {
  const text = (path: string): string => substitute(path.replace(/\/$/, '').trim(), env)
  return { text: async (path) => text(path), map: async (path) => yamlMap(text(path)) }
}

const variable = /\$\$|\$\{([\p{L}\p{Nd}_]+)(?:(:?[-=+])([^}\r\n]*))?(\}?)|\$([\p{L}\p{Nd}_]+)/gu

/** Upstream: github.com/a8m/envsubst without restrictions. */
function substitute(text: string, env: BackendContext['env']): string {
  return text.replace(variable, (all, name: string | undefined, operator: string | undefined, otherwise: string | undefined, close: string, bare: string | undefined) => {
    if (all === '$$') return '$'
    if (name === undefined) return bare === '_' ? all : (env[bare!] ?? '')
    if (close !== '}') throw new Error('closing brace expected')
    const value = env[name]
    if (operator === undefined || otherwise === '') return value ?? ''
    const other = (): string => {
      const alias = /^\$([\p{L}\p{Nd}_]+)$/u.exec(otherwise!)
      return alias === null ? otherwise! : (env[alias[1]!] ?? '')
    }
    if (operator.endsWith('+')) return value === undefined ? '' : other()
    return operator.startsWith(':') ? value || other() : (value ?? other())
  })
}
