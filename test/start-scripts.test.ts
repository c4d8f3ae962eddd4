/** bin/pintle.js starts for each command the script that scripts/build.ts makes for it. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = `${import.meta.dirname}/..`
const source = (file: string): string => readFileSync(`${root}/${file}`, 'utf8')

const started = /const scripts = \{(.*?)\n\}/s.exec(source('bin/pintle.js'))?.[1] ?? ''
const built = /const programs: .*? = \{(.*?)\n\}/s.exec(source('scripts/build.ts'))?.[1] ?? ''

it('agrees with the build on which commands have scripts of their own', () => {
  const starts = [...started.matchAll(/(\w+): '(\w+)'/g)].map(([, command, script]) => `${script}: ${command}`).sort()
  const builds = [...built.matchAll(/(\w+): \[onlyCommands\(([^)]*)\)\]/g)].flatMap(([, script, commands]) => [...commands!.matchAll(/'(\w+)'/g)].map(([, command]) => `${script}: ${command}`)).sort()
  expect(starts.length).toBeGreaterThan(5)
  expect(builds).toEqual(starts)
  for (const line of builds) expect(existsSync(`${root}/src/faces/cli/commands/${line.split(': ')[1]}.ts`), line).toBe(true)
})
