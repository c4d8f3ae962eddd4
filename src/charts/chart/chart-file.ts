import { decodeUtf8, encodeUtf8 } from '../../language/go/index.ts'

/** Contents in one or both forms, or how to get them. Shared by renamed files. */
interface Content {
  bytes?: Uint8Array
  text?: string
  read?: () => Uint8Array
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** A file of a chart: its slash-separated name relative to the chart, and its contents without a byte order mark. */
export class ChartFile {
  readonly name: string
  /** Milliseconds since the epoch; 0 when unknown. */
  readonly modified: number
  readonly #content: Content

  private constructor(name: string, content: Content, modified: number) {
    this.name = name
    this.#content = content
    this.modified = modified
  }

  static fromBytes(name: string, bytes: Uint8Array, modified = 0): ChartFile {
    return new ChartFile(name, { bytes: withoutMark(bytes) }, modified)
  }

  static fromText(name: string, text: string, modified = 0): ChartFile {
    return new ChartFile(name, { text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text }, modified)
  }

  /** @param read gives the contents when they are first asked for */
  static lazy(name: string, read: () => Uint8Array, modified = 0): ChartFile {
    return new ChartFile(name, { read }, modified)
  }

  /** The same contents under another name. */
  renamed(name: string): ChartFile {
    return new ChartFile(name, this.#content, this.modified)
  }

  /** The contents as a Go string (invalid UTF-8 kept, see language/go). */
  get text(): string {
    const content = this.#content
    return (content.text ??= decodeUtf8(this.bytes))
  }

  get bytes(): Uint8Array {
    const content = this.#content
    if (content.bytes === undefined) {
      content.bytes = content.read === undefined ? encodeUtf8(content.text!) : withoutMark(content.read())
      delete content.read
    }
    return content.bytes
  }
}
