import type { HclAttribute, HclBlock, HclNode, HclStep } from './node.ts'
import { placeText } from './hcl-error.ts'
import { HclReader, identifier } from './reader.ts'
import { TextTemplates, type HclExpressions } from './text-templates.ts'

/** How deep expressions may nest. */
const maxDepth = 200

const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Operators by how tightly they bind. */
const operators: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']]

/** Reads HCL's native syntax: a file of blocks of attributes. @throws PintleError helmfile.hcl */
export class HclParser extends HclReader implements HclExpressions {
  #depth = 0
  /** Line breaks end an expression, except within brackets. */
  #brackets = 0

  blocks(): HclBlock[] {
    const blocks: HclBlock[] = []
    for (;;) {
      this.space(true)
      if (this.pos >= this.text.length) return blocks
      const start = this.pos
      const type = this.name('Invalid argument name', 'Argument names must not be quoted.')
      this.space(false)
      if (this.text[this.pos] === '=') throw this.fail('Unsupported argument', `An argument named ${JSON.stringify(type)} is not expected here.`, start, start + type.length)
      if (this.text[this.pos] !== '{') throw this.fail('Invalid block definition', 'Either a quoted string block label or an opening brace ("{") is expected here.')
      this.pos++
      const attributes = this.#attributes()
      blocks.push({ type, attributes, place: this.place(start, start + type.length) })
    }
  }

  #attributes(): HclAttribute[] {
    const attributes: HclAttribute[] = []
    const seen = new Map<string, number>()
    for (;;) {
      this.space(true)
      if (this.text[this.pos] === '}') {
        this.pos++
        return attributes
      }
      if (this.pos >= this.text.length) throw this.fail('Unclosed configuration block', 'There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.')
      const start = this.pos
      const name = this.name('Invalid argument name', 'An argument name is required here.')
      this.space(false)
      if (this.text[this.pos] !== '=') throw this.fail('Unexpected "' + name + '" block', 'Blocks are not allowed here.', start, start + name.length)
      this.pos++
      const before = seen.get(name)
      if (before !== undefined) throw this.fail('Attribute redefined', `The argument ${JSON.stringify(name)} was already set at ${placeText(this.place(before, before + name.length))}. Each argument may be set only once.`, start, start + name.length)
      seen.set(name, start)
      const expression = this.expression()
      attributes.push({ name, expression, place: this.place(start, this.pos) })
      this.space(false)
      const end = this.text[this.pos]
      if (end !== '\n' && end !== '\r' && end !== '}' && end !== undefined) throw this.fail('Missing newline after argument', 'An argument definition must end with a newline.')
    }
  }

  expression(): HclNode {
    if (++this.#depth > maxDepth) throw this.fail('Invalid expression', `Expressions are nested more than ${maxDepth} levels deep.`)
    const start = this.#skip()
    const condition = this.#binary(0)
    this.#depth--
    this.#skip()
    if (this.text[this.pos] !== '?') return condition
    this.pos++
    const yes = this.expression()
    this.#skip()
    if (this.text[this.pos] !== ':') throw this.fail('Missing false expression in conditional', 'The conditional operator (...?...:...) requires a false expression, delimited by a colon.')
    this.pos++
    const no = this.expression()
    return { kind: 'conditional', condition, yes, no, place: this.place(start, this.pos) }
  }

  #binary(level: number): HclNode {
    if (level === operators.length) return this.#unary()
    const start = this.#skip()
    let left = this.#binary(level + 1)
    for (;;) {
      const before = this.pos
      this.#skip()
      const operator = operators[level]!.find((one) => this.text.startsWith(one, this.pos))
      if (operator === undefined) {
        this.pos = before
        return left
      }
      this.pos += operator.length
      const right = this.#binary(level + 1)
      left = { kind: 'binary', operator, left, right, place: this.place(start, this.pos) }
    }
  }

  #unary(): HclNode {
    const start = this.#skip()
    const operator = this.text[this.pos]
    if (operator !== '-' && operator !== '!') return this.#postfix()
    if (++this.#depth > maxDepth) throw this.fail('Invalid expression', `Expressions are nested more than ${maxDepth} levels deep.`)
    this.pos++
    const operand = this.#unary()
    this.#depth--
    return { kind: 'unary', operator, operand, place: this.place(start, this.pos) }
  }

  #postfix(): HclNode {
    const start = this.#skip()
    const of = this.#primary()
    const steps = this.#steps()
    return steps.length === 0 ? of : { kind: 'steps', of, steps, place: this.place(start, this.pos) }
  }

  #steps(attributesOnly = false): HclStep[] {
    const steps: HclStep[] = []
    for (;;) {
      const before = this.pos
      if (this.#brackets > 0) this.space(true)
      const start = this.pos
      const char = this.text[this.pos]
      if (char === '.' && this.text[this.pos + 1] === '*') {
        this.pos += 2
        steps.push({ kind: 'splat', rest: this.#steps(true), place: this.place(start, this.pos) })
      } else if (char === '.' && !this.text.startsWith('...', this.pos)) {
        this.pos++
        const digits = this.match(/\d+/y)
        if (digits !== undefined) steps.push({ kind: 'index', key: { kind: 'literal', value: Number(digits), place: this.place(start, this.pos) }, place: this.place(start, this.pos) })
        else steps.push({ kind: 'name', name: this.name('Invalid attribute name', 'An attribute name is required after a dot.'), place: this.place(start, this.pos) })
      } else if (char === '[' && !attributesOnly) {
        this.pos++
        if (/\*\s*\]/y.test(this.text.slice(this.pos, this.pos + 8)) && this.text[this.pos] === '*') {
          this.pos = this.text.indexOf(']', this.pos) + 1
          steps.push({ kind: 'splat', rest: this.#steps(), place: this.place(start, this.pos) })
        } else {
          this.#brackets++
          const key = this.expression()
          this.#close(']', 'Missing close bracket on index', 'The index operator must end with a closing bracket ("]").')
          steps.push({ kind: 'index', key, place: this.place(start, this.pos) })
        }
      } else {
        this.pos = before
        return steps
      }
    }
  }

  #primary(): HclNode {
    const start = this.pos
    const char = this.text[start]
    if (char === '(') {
      this.pos++
      this.#brackets++
      const inner = this.expression()
      this.#close(')', 'Unbalanced parentheses', 'Expected a closing parenthesis to terminate the expression.')
      return inner
    }
    if (char === '[') return this.#tuple()
    if (char === '{') return this.#object()
    if (char === '"' || this.text.startsWith('<<', start)) return new TextTemplates(this).literal()
    const digits = this.match(number)
    if (digits !== undefined) return { kind: 'literal', value: Number(digits), place: this.place(start, this.pos) }
    const name = this.match(identifier)
    if (name === undefined) throw this.fail('Invalid expression', 'Expected the start of an expression, but found an invalid expression token.')
    if (this.text[this.pos] === '(') return this.#call(name, start)
    const place = this.place(start, this.pos)
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true', place }
    return name === 'null' ? { kind: 'literal', value: null, place } : { kind: 'variable', name, place }
  }

  #call(name: string, start: number): HclNode {
    this.pos++
    this.#brackets++
    const args: HclNode[] = []
    let expand = false
    for (;;) {
      this.space(true)
      if (this.text[this.pos] === ')') break
      args.push(this.expression())
      this.space(true)
      if (this.text.startsWith('...', this.pos)) {
        this.pos += 3
        expand = true
        this.space(true)
      }
      if (this.text[this.pos] === ',') this.pos++
      else break
    }
    this.#close(')', 'Missing argument separator', 'A comma is required to separate each function argument from the next.')
    return { kind: 'call', name, args, expand, place: this.place(start, this.pos) }
  }

  #tuple(): HclNode {
    const start = this.pos++
    this.#brackets++
    const loop = this.#for(start, ']')
    if (loop !== undefined) return loop
    const items: HclNode[] = []
    for (;;) {
      this.space(true)
      if (this.text[this.pos] === ']') break
      items.push(this.expression())
      this.space(true)
      if (this.text[this.pos] === ',') this.pos++
      else break
    }
    this.#close(']', 'Missing item separator', 'Expected a comma to mark the beginning of the next item.')
    return { kind: 'tuple', items, place: this.place(start, this.pos) }
  }

  #object(): HclNode {
    const start = this.pos++
    const outer = this.#brackets
    this.#brackets = 1
    const loop = this.#for(start, '}')
    if (loop !== undefined) {
      this.#brackets = outer
      return loop
    }
    const items: [HclNode, HclNode][] = []
    for (;;) {
      this.space(true)
      if (this.text[this.pos] === '}') break
      this.#brackets = 0
      const key = this.expression()
      this.space(false)
      if (this.text[this.pos] !== '=' && this.text[this.pos] !== ':') throw this.fail('Missing attribute value', 'Expected an attribute value, introduced by an equals sign ("=").')
      this.pos++
      this.space(true)
      const value = this.expression()
      items.push([key, value])
      this.space(false)
      const end = this.text[this.pos]
      if (end === ',') this.pos++
      else if (end !== '\n' && end !== '\r' && end !== '}') throw this.fail('Missing attribute separator', 'Expected a newline or comma to mark the beginning of the next attribute.')
    }
    this.pos++
    this.#brackets = outer
    return { kind: 'object', items, place: this.place(start, this.pos) }
  }

  /** `for a, b in list : ...` after an opening bracket. */
  #for(start: number, end: string): HclNode | undefined {
    const before = this.pos
    this.space(true)
    if (this.match(/for\b(?![-\w])/y) === undefined) {
      this.pos = before
      return undefined
    }
    const names = this.forNames()
    const list = this.expression()
    this.space(true)
    if (this.text[this.pos] !== ':') throw this.fail("Invalid 'for' expression", 'For expression requires a colon after the collection expression.')
    this.pos++
    let make = this.expression()
    let makeKey: HclNode | undefined
    this.space(true)
    if (this.text.startsWith('=>', this.pos)) {
      this.pos += 2
      makeKey = make
      make = this.expression()
      this.space(true)
    }
    const group = this.text.startsWith('...', this.pos)
    if (group) this.pos += 3
    this.space(true)
    const condition = this.match(/if\b(?![-\w])/y) === undefined ? undefined : this.expression()
    this.#close(end, "Invalid 'for' expression", 'Extra characters after the end of the \'for\' expression.')
    return { kind: 'for', ...names, list, makeKey, make, condition, group, text: false, place: this.place(start, this.pos) }
  }

  forNames(): { key: string | undefined; item: string } {
    this.space(true)
    let item = this.name("Invalid 'for' expression", 'For expression requires variable name after \'for\'.')
    let key: string | undefined
    this.space(true)
    if (this.text[this.pos] === ',') {
      this.pos++
      this.space(true)
      key = item
      item = this.name("Invalid 'for' expression", 'For expression requires value variable name after comma.')
      this.space(true)
    }
    if (this.match(/in\b/y) === undefined) throw this.fail("Invalid 'for' expression", 'For expression requires the \'in\' keyword after its name declarations.')
    return { key, item }
  }

  #close(bracket: string, summary: string, detail: string): void {
    this.space(true)
    if (this.text[this.pos] !== bracket) throw this.fail(summary, detail)
    this.pos++
    this.#brackets--
  }

  /** Past white space and comments, past line breaks only within brackets. @returns where what follows begins */
  #skip(): number {
    this.space(this.#brackets > 0)
    return this.pos
  }

  /** An expression inside a text, where line breaks mean nothing. */
  inText(): HclNode {
    const outer = this.#brackets
    this.#brackets = 1
    const node = this.expression()
    this.space(true)
    this.#brackets = outer
    return node
  }
}
