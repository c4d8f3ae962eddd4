import type { ScriptValuesOptions } from './script-values.ts'

/** Whether a values file is a script: a local file in TypeScript or JavaScript. */
export function isScript(name: string): boolean {
  return /\.m?[tj]s$/.test(name) && !/^https?:\/\//i.test(name)
}

/** Runs such a file: see script-values.ts, which is loaded only then. */
export async function runScript(name: string, options: ScriptValuesOptions = {}): Promise<string> {
  return (await import('./script-values.ts')).runScript(name, options)
}
