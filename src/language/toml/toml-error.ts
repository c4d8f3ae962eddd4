/** An error BurntSushi/toml returns, as opposed to a panic of it, which is a plain Error. */
export class TomlError extends Error {
  /** Line counted from 1; undefined for errors of the encoder. */
  readonly line: number | undefined
  constructor(message: string, line?: number) {
    super(message)
    this.name = 'TomlError'
    this.line = line
  }
}
