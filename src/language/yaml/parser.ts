import type { CommentedTokens } from './comments.ts'
import { Scanner } from './scanner.ts'
import {
  aliasToken, anchorToken, blockEndToken, blockEntryToken, blockMappingStartToken, blockSequenceStartToken, documentEndToken,
  documentStartToken, flowEntryToken, flowMappingEndToken, flowMappingStartToken, flowSequenceEndToken,
  flowSequenceStartToken, keyToken, plainStyle, scalarToken, streamEndToken, tagDirectiveToken, tagToken, valueToken,
  versionDirectiveToken, type Token,
} from './token.ts'

export const streamEndEvent = 1
export const documentStartEvent = 2
export const documentEndEvent = 3
export const aliasEvent = 4
export const scalarEvent = 5
export const sequenceStartEvent = 6
export const sequenceEndEvent = 7
export const mappingStartEvent = 8
export const mappingEndEvent = 9

const implicitDocumentStart = 0
const documentStart = 1
const documentContent = 2
const documentEnd = 3
const blockNode = 4
const blockSequenceFirstEntry = 5
const blockSequenceEntry = 6
const indentlessSequenceEntry = 7
const blockMappingFirstKey = 8
const blockMappingKey = 9
const blockMappingValue = 10
const flowSequenceFirstEntry = 11
const flowSequenceEntry = 12
const flowSequenceEntryMappingKey = 13
const flowSequenceEntryMappingValue = 14
const flowSequenceEntryMappingEnd = 15
const flowMappingFirstKey = 16
const flowMappingKey = 17
const flowMappingValue = 18
const flowMappingEmptyValue = 19
const end = 20

/**
 * Turns tokens into events by libyaml's grammar as goyaml.v2 ported it (parserc.go): a machine with a stack of states, so that deep
 * documents need no deep calls. `next` returns the kind of the event; its data are in the fields until the following call.
 */
export class Parser {
  readonly scanner: Scanner | CommentedTokens
  /** Line counted from 0, start and column of the event. */
  line = 0
  pos = 0
  column = 0
  /** Scalars: end, value and style; `implicit` when the value is plain without a tag. Aliases: value is the name. */
  end = 0
  value = ''
  style = 0
  implicit = false
  tag = ''
  anchor = ''
  /** Collections in brackets or braces. */
  flow = false
  /** Comments, when the tokens come with them. */
  head = ''
  comment = ''
  foot = ''

  #state = implicitDocumentStart
  readonly #states: number[] = []
  #tagDirectives: (readonly [handle: string, prefix: string])[] = []

  readonly #v3: boolean
  /** Lines where the open collections began, for goyaml.v3's errors. */
  readonly #marks: number[] = []

  readonly #commented: CommentedTokens | undefined
  /** The head comment of a sequence's item that is a collection. */
  #stem = ''

  constructor(text: string | CommentedTokens, v3 = false) {
    this.#commented = typeof text === 'string' ? undefined : text
    this.scanner = typeof text === 'string' ? new Scanner(text, v3) : text
    this.#v3 = v3
  }

  /** False when values of scalars need not be made. */
  set wantValues(want: boolean) {
    if (this.#commented === undefined) (this.scanner as Scanner).wantValues = want
  }

  next(): number {
    if (this.#commented !== undefined) this.head = this.comment = this.foot = ''
    switch (this.#state) {
      case implicitDocumentStart: return this.#parseDocumentStart(true)
      case documentStart: return this.#parseDocumentStart(false)
      case documentContent: return this.#parseDocumentContent()
      case documentEnd: return this.#parseDocumentEnd()
      case blockNode: return this.#parseNode(true, false)
      case blockSequenceFirstEntry:
        this.#open()
        return this.#parseBlockSequenceEntry()
      case blockSequenceEntry: return this.#parseBlockSequenceEntry()
      case indentlessSequenceEntry: return this.#parseIndentlessSequenceEntry()
      case blockMappingFirstKey:
        this.#open()
        return this.#parseBlockMappingKey()
      case blockMappingKey: return this.#parseBlockMappingKey()
      case blockMappingValue: return this.#parseBlockMappingValue()
      case flowSequenceFirstEntry: return this.#parseFlowSequenceEntry(true)
      case flowSequenceEntry: return this.#parseFlowSequenceEntry(false)
      case flowSequenceEntryMappingKey: return this.#parseFlowSequenceEntryMappingKey()
      case flowSequenceEntryMappingValue: return this.#parseFlowSequenceEntryMappingValue()
      case flowSequenceEntryMappingEnd: {
        const token = this.scanner.peek()
        this.#state = flowSequenceEntry
        return this.#event(mappingEndEvent, token)
      }
      case flowMappingFirstKey: return this.#parseFlowMappingKey(true)
      case flowMappingKey: return this.#parseFlowMappingKey(false)
      case flowMappingValue: return this.#parseFlowMappingValue(false)
      case flowMappingEmptyValue: return this.#parseFlowMappingValue(true)
      default: return streamEndEvent
    }
  }

  #event(type: number, token: Token): number {
    this.line = token.line
    this.pos = token.pos
    this.column = token.column
    this.end = token.end
    return type
  }

  #fail(problem: string, token: Token, context = 0): never {
    return this.scanner.fail(problem, token.line, token.column, true, context)
  }

  /** yaml_parser_set_event_comments: the event takes the comments found so far. */
  #takeComments(): void {
    const tokens = this.#commented
    if (tokens === undefined) return
    this.head = tokens.head
    this.comment = tokens.line
    this.foot = tokens.foot
    tokens.head = tokens.line = tokens.foot = this.#stem = ''
  }

  /** yaml_parser_split_stem_comment: what was above a dash belongs to the whole collection behind it. `above` is as long as that. */
  #splitStem(above: number): void {
    const tokens = this.#commented
    if (tokens === undefined || above === 0) return
    const { type } = tokens.peek()
    if (type !== blockSequenceStartToken && type !== blockMappingStartToken) return
    this.#stem = tokens.head.slice(0, above)
    tokens.head = tokens.head.slice(above + 1)
  }

  /** A block collection takes its stem. */
  #takeStem(): void {
    this.head = this.#stem
    this.#stem = ''
  }

  /** The part of the comments above a document that an empty line parts from the first key. */
  #takeDocumentHead(): void {
    const tokens = this.#commented
    if (tokens === undefined) return
    const { head } = tokens
    for (let i = head.length - 1; i > 0; i--) {
      if (head[i] !== '\n') continue
      if (i !== head.length - 1 && head[i - 1] !== '\n') continue
      this.head = head.slice(0, i === head.length - 1 ? i : i - 1)
      tokens.head = head.slice(i + 1)
      return
    }
  }

  /** Passes the token that opens a collection. */
  #open(): void {
    if (this.#v3) this.#marks.push(this.scanner.peek().line)
    this.scanner.skip()
  }

  #parseDocumentStart(implicit: boolean): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (!implicit) {
      while (token.type === documentEndToken) {
        scanner.skip()
        token = scanner.peek()
      }
    }
    const type = token.type
    if (implicit && type !== versionDirectiveToken && type !== tagDirectiveToken && type !== documentStartToken && type !== streamEndToken) {
      this.#processDirectives()
      this.#states.push(documentEnd)
      this.#state = blockNode
      this.#takeDocumentHead()
      return this.#event(documentStartEvent, token)
    }
    if (type !== streamEndToken) {
      const { line, pos, column } = token
      this.#processDirectives()
      token = scanner.peek()
      if (token.type !== documentStartToken) this.#fail('did not find expected <document start>', token)
      this.#states.push(documentEnd)
      this.#state = documentContent
      this.#event(documentStartEvent, token)
      this.line = line
      this.pos = pos
      this.column = column
      scanner.skip()
      return documentStartEvent
    }
    this.#state = end
    this.#event(streamEndEvent, token)
    scanner.skip()
    return streamEndEvent
  }

  #parseDocumentContent(): number {
    const token = this.scanner.peek()
    const type = token.type
    if (type === versionDirectiveToken || type === tagDirectiveToken || type === documentStartToken || type === documentEndToken || type === streamEndToken) {
      this.#state = this.#states.pop()!
      return this.#emptyScalar(token.line, token.pos, token.column)
    }
    return this.#parseNode(true, false)
  }

  #parseDocumentEnd(): number {
    const token = this.scanner.peek()
    this.#event(documentEndEvent, token)
    if (token.type === documentEndToken) this.scanner.skip()
    this.#tagDirectives.length = 0
    this.#state = documentStart
    this.#takeComments()
    if (this.head !== '' && this.foot === '') {
      this.foot = this.head
      this.head = ''
    }
    return documentEndEvent
  }

  #parseNode(block: boolean, indentlessSequence: boolean): number {
    const scanner = this.scanner
    let token = scanner.peek()
    let type = token.type
    if (type === aliasToken) {
      this.#state = this.#states.pop()!
      this.value = token.value
      this.#event(aliasEvent, token)
      this.#takeComments()
      scanner.skip()
      return aliasEvent
    }
    this.#event(0, token)
    this.anchor = ''
    this.tag = ''
    this.flow = false
    if (type === anchorToken || type === tagToken) {
      const { line, pos, column } = token
      let handle = ''
      let suffix = ''
      let tagLine = -1
      let tagColumn = 0
      let end = token.end
      for (let i = 0; i < 2; i++) {
        if (type === anchorToken && this.anchor === '') {
          this.anchor = token.value
        } else if (type === tagToken && tagLine < 0) {
          tagLine = token.line
          tagColumn = token.column
          handle = token.value
          suffix = token.suffix
        } else {
          break
        }
        end = token.end
        scanner.skip()
        token = scanner.peek()
        type = token.type
      }
      if (tagLine >= 0) this.tag = this.#resolveTag(handle, suffix, tagLine, tagColumn, line)
      this.line = line
      this.pos = pos
      this.column = column
      this.end = end
    }
    if (indentlessSequence && type === blockEntryToken) {
      this.#state = indentlessSequenceEntry
      return sequenceStartEvent
    }
    switch (type) {
      case scalarToken: {
        const tag = this.tag
        this.value = token.value
        this.style = token.style
        this.end = token.end
        this.implicit = (tag === '' && token.style === plainStyle) || tag === '!'
        this.#state = this.#states.pop()!
        this.#takeComments()
        scanner.skip()
        return scalarEvent
      }
      case flowSequenceStartToken:
        this.#state = flowSequenceFirstEntry
        this.flow = true
        this.#takeComments()
        return sequenceStartEvent
      case flowMappingStartToken:
        this.#state = flowMappingFirstKey
        this.flow = true
        this.#takeComments()
        return mappingStartEvent
      case blockSequenceStartToken:
        if (!block) break
        this.#state = blockSequenceFirstEntry
        this.#takeStem()
        return sequenceStartEvent
      case blockMappingStartToken:
        if (!block) break
        this.#state = blockMappingFirstKey
        this.#takeStem()
        return mappingStartEvent
    }
    if (this.anchor !== '' || this.tag !== '') {
      this.#state = this.#states.pop()!
      this.value = ''
      this.style = plainStyle
      this.implicit = this.tag === ''
      return scalarEvent
    }
    this.#fail('did not find expected node content', token, this.line)
  }

  #resolveTag(handle: string, suffix: string, line: number, column: number, context: number): string {
    if (handle === '') return suffix
    for (const [known, prefix] of this.#tagDirectives) {
      if (known === handle && prefix + suffix !== '') return prefix + suffix
    }
    return this.scanner.fail('found undefined tag handle', line, column, true, context)
  }

  #emptyScalar(line: number, pos: number, column: number): number {
    this.line = line
    this.pos = this.end = pos
    this.column = column
    this.value = ''
    this.style = plainStyle
    this.implicit = true
    this.tag = ''
    this.anchor = ''
    return scalarEvent
  }

  #parseBlockSequenceEntry(): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (token.type === blockEntryToken) {
      const { line, column, end } = token
      const above = this.#commented?.head.length ?? 0
      scanner.skip()
      this.#splitStem(above)
      token = scanner.peek()
      this.#state = blockSequenceEntry
      if (token.type !== blockEntryToken && token.type !== blockEndToken) {
        this.#states.push(blockSequenceEntry)
        return this.#parseNode(true, false)
      }
      return this.#emptyScalar(line, end, column + 1)
    }
    if (token.type === blockEndToken) return this.#endCollection(sequenceEndEvent, token)
    this.#fail("did not find expected '-' indicator", token, this.#marks.at(-1))
  }

  #endCollection(type: number, token: Token): number {
    this.#state = this.#states.pop()!
    if (this.#v3) this.#marks.pop()
    this.#event(type, token)
    // Block sequences leave theirs to what follows.
    if (type === mappingEndEvent || token.type === flowSequenceEndToken) this.#takeComments()
    this.scanner.skip()
    return type
  }

  #parseIndentlessSequenceEntry(): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (token.type === blockEntryToken) {
      const { line, column, end } = token
      const above = this.#commented?.head.length ?? 0
      scanner.skip()
      this.#splitStem(above)
      token = scanner.peek()
      const type = token.type
      if (type !== blockEntryToken && type !== keyToken && type !== valueToken && type !== blockEndToken) {
        this.#states.push(indentlessSequenceEntry)
        return this.#parseNode(true, false)
      }
      this.#state = indentlessSequenceEntry
      return this.#emptyScalar(line, end, column + 1)
    }
    this.#state = this.#states.pop()!
    return this.#event(sequenceEndEvent, token)
  }

  #parseBlockMappingKey(): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (token.type === keyToken) {
      const { line, column, end } = token
      scanner.skip()
      token = scanner.peek()
      const type = token.type
      if (type !== keyToken && type !== valueToken && type !== blockEndToken) {
        this.#states.push(blockMappingValue)
        return this.#parseNode(true, true)
      }
      this.#state = blockMappingValue
      return this.#emptyScalar(line, end, column)
    }
    if (token.type === blockEndToken) return this.#endCollection(mappingEndEvent, token)
    this.#fail('did not find expected key', token, this.#marks.at(-1))
  }

  #parseBlockMappingValue(): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (token.type === valueToken) {
      const { line, column, end } = token
      scanner.skip()
      token = scanner.peek()
      const type = token.type
      if (type !== keyToken && type !== valueToken && type !== blockEndToken) {
        this.#states.push(blockMappingKey)
        return this.#parseNode(true, true)
      }
      this.#state = blockMappingKey
      return this.#emptyScalar(line, end, column + 1)
    }
    this.#state = blockMappingKey
    return this.#emptyScalar(token.line, token.pos, token.column)
  }

  #parseFlowSequenceEntry(first: boolean): number {
    const scanner = this.scanner
    if (first) this.#open()
    let token = scanner.peek()
    if (token.type !== flowSequenceEndToken) {
      if (!first) {
        if (token.type !== flowEntryToken) this.#fail("did not find expected ',' or ']'", token, this.#marks.at(-1))
        scanner.skip()
        token = scanner.peek()
      }
      if (token.type === keyToken) {
        this.#state = flowSequenceEntryMappingKey
        this.#event(mappingStartEvent, token)
        this.anchor = ''
        this.tag = ''
        this.flow = true
        scanner.skip()
        return mappingStartEvent
      }
      if (token.type !== flowSequenceEndToken) {
        this.#states.push(flowSequenceEntry)
        return this.#parseNode(false, false)
      }
    }
    return this.#endCollection(sequenceEndEvent, token)
  }

  #parseFlowSequenceEntryMappingKey(): number {
    const token = this.scanner.peek()
    const type = token.type
    if (type !== valueToken && type !== flowEntryToken && type !== flowSequenceEndToken) {
      this.#states.push(flowSequenceEntryMappingValue)
      return this.#parseNode(false, false)
    }
    // parserc.go skips the token here, whatever it is.
    const { line, column, end } = token
    this.scanner.skip()
    this.#state = flowSequenceEntryMappingValue
    return this.#emptyScalar(line, end, column + 1)
  }

  #parseFlowSequenceEntryMappingValue(): number {
    const scanner = this.scanner
    let token = scanner.peek()
    let { line, pos, column } = token
    if (token.type === valueToken) {
      scanner.skip()
      token = scanner.peek()
      if (token.type !== flowEntryToken && token.type !== flowSequenceEndToken) {
        this.#states.push(flowSequenceEntryMappingEnd)
        return this.#parseNode(false, false)
      }
    }
    this.#state = flowSequenceEntryMappingEnd
    return this.#emptyScalar(line, pos, column)
  }

  #parseFlowMappingKey(first: boolean): number {
    const scanner = this.scanner
    if (first) this.#open()
    let token = scanner.peek()
    if (token.type !== flowMappingEndToken) {
      if (!first) {
        if (token.type !== flowEntryToken) this.#fail("did not find expected ',' or '}'", token, this.#marks.at(-1))
        scanner.skip()
        token = scanner.peek()
      }
      if (token.type === keyToken) {
        scanner.skip()
        token = scanner.peek()
        const type = token.type
        if (type !== valueToken && type !== flowEntryToken && type !== flowMappingEndToken) {
          this.#states.push(flowMappingValue)
          return this.#parseNode(false, false)
        }
        this.#state = flowMappingValue
        return this.#emptyScalar(token.line, token.pos, token.column)
      }
      if (token.type !== flowMappingEndToken) {
        this.#states.push(flowMappingEmptyValue)
        return this.#parseNode(false, false)
      }
    }
    return this.#endCollection(mappingEndEvent, token)
  }

  #parseFlowMappingValue(empty: boolean): number {
    const scanner = this.scanner
    let token = scanner.peek()
    if (!empty && token.type === valueToken) {
      scanner.skip()
      token = scanner.peek()
      if (token.type !== flowEntryToken && token.type !== flowMappingEndToken) {
        this.#states.push(flowMappingKey)
        return this.#parseNode(false, false)
      }
    }
    this.#state = flowMappingKey
    return this.#emptyScalar(token.line, token.pos, token.column)
  }

  #processDirectives(): void {
    const scanner = this.scanner
    let versionSeen = false
    let token = scanner.peek()
    while (token.type === versionDirectiveToken || token.type === tagDirectiveToken) {
      if (token.type === versionDirectiveToken) {
        if (versionSeen) this.#fail('found duplicate %YAML directive', token)
        if (token.style !== 101) this.#fail('found incompatible YAML document', token)
        versionSeen = true
      } else {
        if (this.#tagDirectives.some(([handle]) => handle === token.value)) this.#fail('found duplicate %TAG directive', token)
        this.#tagDirectives.push([token.value, token.suffix])
      }
      scanner.skip()
      token = scanner.peek()
    }
    for (const [handle, prefix] of defaultTags) {
      if (!this.#tagDirectives.some(([known]) => known === handle)) this.#tagDirectives.push([handle, prefix])
    }
  }
}

const defaultTags = [['!', '!'], ['!!', 'tag:yaml.org,2002:']] as const
