import { PintleError } from '../../../errors/index.ts'

/**
 * Environments in waves: those of one wave are worked on at once, the next begins when the one before is healthy.
 * @param environments those asked for; none: all that stand in waves
 * @param given `--wave a,b --wave c`; none: by `numbers`
 * @param numbers waves of pintle.yaml, by environment; an environment without one is in the first
 * @throws PintleError usage for an environment in no wave, in two, or in one that is empty
 */
export function wavesOf(environments: readonly string[], given: readonly string[], numbers: ReadonlyMap<string, number> = new Map()): string[][] {
  if (given.length > 0) {
    const waves = given.map((text) => text.split(',').map((name) => name.trim()).filter((name) => name !== ''))
    const seen = new Set<string>()
    for (const [i, wave] of waves.entries()) {
      if (wave.length === 0) throw new PintleError('usage', `wave ${i + 1} has no environment`)
      for (const name of wave) {
        if (seen.has(name)) throw new PintleError('usage', `environment ${JSON.stringify(name)} is in two waves`)
        seen.add(name)
      }
    }
    const lost = environments.find((name) => !seen.has(name))
    if (lost !== undefined) throw new PintleError('usage', `environment ${JSON.stringify(lost)} is in no wave`)
    const wanted = new Set(environments.length === 0 ? seen : environments)
    return waves.map((wave) => wave.filter((name) => wanted.has(name))).filter((wave) => wave.length > 0)
  }
  const byNumber = new Map<number, string[]>()
  for (const name of new Set(environments)) {
    const number = numbers.get(name) ?? 1
    byNumber.set(number, [...(byNumber.get(number) ?? []), name])
  }
  return [...byNumber].sort(([a], [b]) => a - b).map(([, wave]) => wave)
}
