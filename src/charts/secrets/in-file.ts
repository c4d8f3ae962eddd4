import { PintleError, isPintleError } from '../../errors/index.ts'

/** Names the file in errors about what is in it. */
export function inFile<T>(file: string, work: () => T): T {
  const named = (error: unknown): never => {
    if (error instanceof RangeError) throw new PintleError('secrets.format', `${file}: it is nested too deep`, { place: { file } })
    if (!isPintleError(error)) throw error
    throw new PintleError(error.code, `${file}: ${error.message}`, { place: { file }, ...(error.hint !== undefined && { hint: error.hint }), ...(error.details !== undefined && { details: error.details }) })
  }
  try {
    const result = work()
    return result instanceof Promise ? (result.catch(named) as T) : result
  } catch (error) {
    return named(error)
  }
}
