import type { Value } from '../../../language/go/index.ts'
import { hclError } from './hcl-error.ts'
import { hclFunctions } from './functions.ts'
import type { HclNode, HclPlace, HclStep } from './node.ts'
import { numberOf, sameValue, textOf, typeName } from './convert.ts'

/** What names stand for. */
export type Scope = ReadonlyMap<string, Value>

/** How many items loops of one expression may go through. */
const maxItems = 1_000_000

/** Evaluates an expression. @throws PintleError helmfile.hcl */
export function evaluate(node: HclNode, scope: Scope): Value {
  return new Evaluation().value(node, scope)
}

class Evaluation {
  #items = 0

  value(node: HclNode, scope: Scope): Value {
    switch (node.kind) {
      case 'literal': return node.value
      case 'variable': return this.#variable(node, scope)
      case 'steps': return this.#steps(this.value(node.of, scope), node.steps, scope)
      case 'template': return this.#template(node, scope)
      case 'tuple': return node.items.map((item) => this.value(item, scope))
      case 'object': return this.#object(node, scope)
      case 'unary': return this.#unary(node, scope)
      case 'binary': return this.#binary(node, scope)
      case 'conditional': return this.#truth(node.condition, scope, 'Incorrect condition type', 'The condition expression must be of type bool.') ? this.value(node.yes, scope) : this.value(node.no, scope)
      case 'call': return this.#call(node, scope)
      case 'for': return this.#for(node, scope)
    }
  }

  #variable({ name, place }: HclNode & { kind: 'variable' }, scope: Scope): Value {
    const value = scope.get(name)
    if (value === undefined) throw hclError(place, 'Unknown variable', `There is no variable named ${JSON.stringify(name)}.`)
    return value
  }

  #template({ parts }: HclNode & { kind: 'template' }, scope: Scope): Value {
    let out = ''
    for (const part of parts) {
      const value = this.value(part, scope)
      const text = textOf(value)
      if (text === undefined) {
        const [summary, detail] = value === null
          ? ['Invalid template interpolation value', 'The expression result is null. Cannot include a null value in a string template.']
          : ['Invalid template interpolation value', `Cannot include the given value in a string template: string required, but have ${typeName(value)}.`]
        throw hclError(part.place, summary, detail)
      }
      out += text
    }
    return out
  }

  #object({ items }: HclNode & { kind: 'object' }, scope: Scope): Value {
    const out = new Map<string, Value>()
    for (const [key, item] of items) {
      const name = key.kind === 'variable' ? key.name : textOf(this.value(key, scope))
      if (name === undefined) throw hclError(key.place, 'Incorrect key type', "Can't use this value as a key: string required.")
      out.set(name, this.value(item, scope))
    }
    return out
  }

  #truth(node: HclNode, scope: Scope, summary: string, detail: string): boolean {
    const value = this.value(node, scope)
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw hclError(node.place, value === null ? 'Null condition' : summary, value === null ? 'The condition value is null. Conditions must either be true or false.' : detail)
  }

  #number(node: HclNode, scope: Scope): number {
    const number = numberOf(this.value(node, scope))
    if (number === undefined) throw hclError(node.place, 'Invalid operand', 'Unsuitable value for operand: a number is required.')
    return number
  }

  #unary({ operator, operand }: HclNode & { kind: 'unary' }, scope: Scope): Value {
    return operator === '!' ? !this.#truth(operand, scope, 'Invalid operand', 'Unsuitable value for unary operand: a bool is required.') : -this.#number(operand, scope)
  }

  #binary({ operator, left, right, place }: HclNode & { kind: 'binary' }, scope: Scope): Value {
    const bool = (node: HclNode): boolean => this.#truth(node, scope, 'Invalid operand', 'Unsuitable value for operand: a bool is required.')
    if (operator === '&&' || operator === '||') {
      // Both sides are evaluated, as in HCL.
      const [a, b] = [bool(left), bool(right)]
      return operator === '&&' ? a && b : a || b
    }
    if (operator === '==' || operator === '!=') return sameValue(this.value(left, scope), this.value(right, scope)) === (operator === '==')
    const [a, b] = [this.#number(left, scope), this.#number(right, scope)]
    switch (operator) {
      case '<': return a < b
      case '>': return a > b
      case '<=': return a <= b
      case '>=': return a >= b
      case '+': return decimal(a + b)
      case '-': return decimal(a - b)
      case '*': return decimal(a * b)
      case '/':
        if (a === 0 && b === 0) throw hclError(place, 'Division by zero', 'Dividing by zero is not allowed.')
        return decimal(a / b)
      default:
        if (b === 0) throw hclError(place, 'Invalid operand', 'Cannot divide by zero.')
        return decimal(a % b)
    }
  }

  #steps(start: Value, steps: readonly HclStep[], scope: Scope): Value {
    let at = start
    for (const step of steps) {
      if (step.kind === 'splat') {
        const items = at === null ? [] : Array.isArray(at) ? at : at instanceof Map ? [...at.values()] : [at]
        at = items.map((item) => this.#steps(item, step.rest, scope))
      } else if (step.kind === 'name') at = attribute(at, step.name, step.place)
      else at = indexed(at, this.value(step.key, scope), step.place)
    }
    return at
  }

  #call({ name, args, expand, place }: HclNode & { kind: 'call' }, scope: Scope): Value {
    if (name === 'try' || name === 'can') return this.#attempt(name, args, scope, place)
    const fn = hclFunctions.get(name)
    if (fn === undefined) throw hclError({ ...place, endLine: place.line, endColumn: place.column + name.length }, 'Call to unknown function', `There is no function named ${JSON.stringify(name)}.`)
    const values = args.map((arg) => this.value(arg, scope))
    if (expand) {
      const last = values.pop()
      if (!Array.isArray(last)) throw hclError(place, 'Invalid expanding argument value', 'The expanding argument (indicated by ...) must be of a tuple, list, or set type.')
      values.push(...last)
    }
    const [least, most] = fn.takes
    if (values.length < least) throw hclError(place, 'Not enough function arguments', `Function ${JSON.stringify(name)} expects ${most === Infinity ? 'at least ' : ''}${least} argument(s). Missing value for ${JSON.stringify(fn.names[values.length] ?? 'value')}.`)
    if (values.length > most) throw hclError(place, 'Too many function arguments', `Function ${JSON.stringify(name)} expects only ${most} argument(s).`)
    try {
      return fn.call(values)
    } catch (error) {
      throw hclError(place, 'Error in function call', `Call to function ${JSON.stringify(name)} failed: ${(error as Error).message}.`)
    }
  }

  #attempt(name: string, args: readonly HclNode[], scope: Scope, place: HclPlace): Value {
    if (args.length === 0) throw hclError(place, 'Not enough function arguments', `Function ${JSON.stringify(name)} expects at least 1 argument(s).`)
    let failure: unknown
    for (const arg of name === 'can' ? args.slice(0, 1) : args) {
      try {
        const value = this.value(arg, scope)
        return name === 'can' ? true : value
      } catch (error) {
        failure = error
      }
    }
    if (name === 'can') return false
    throw hclError(place, 'Error in function call', `Call to function "try" failed: no expression succeeded:\n- ${(failure as Error).message}\n\nAt least one expression must produce a successful result.`)
  }

  #for(node: HclNode & { kind: 'for' }, scope: Scope): Value {
    const list = this.value(node.list, scope)
    if (list === null) throw hclError(node.list.place, "Iteration over null value", "A null value cannot be used as the collection in a 'for' expression.")
    if (!Array.isArray(list) && !(list instanceof Map)) throw hclError(node.list.place, 'Iteration over non-iterable value', `A value of type ${typeName(list)} cannot be used as the collection in a 'for' expression.`)
    const entries: [Value, Value][] = Array.isArray(list) ? list.map((item, i) => [i, item]) : [...list].sort(([a], [b]) => (a < b ? -1 : 1))
    const items: Value[] = []
    const object = new Map<string, Value>()
    for (const [key, item] of entries) {
      if (++this.#items > maxItems) throw hclError(node.place, "Invalid 'for' expression", `More than ${maxItems} items.`)
      const inner = new Map([...scope, [node.item, item]])
      if (node.key !== undefined) inner.set(node.key, key)
      if (node.condition !== undefined && !this.#truth(node.condition, inner, "Invalid 'for' condition", 'The \'if\' clause value is invalid: a bool is required.')) continue
      const made = this.value(node.make, inner)
      if (node.makeKey === undefined) {
        items.push(made)
        continue
      }
      const name = textOf(this.value(node.makeKey, inner))
      if (name === undefined) throw hclError(node.makeKey.place, 'Invalid object key', 'Key expression in \'for\' expression must not produce a null value.')
      if (node.group) object.set(name, [...((object.get(name) as Value[] | undefined) ?? []), made])
      else if (object.has(name)) throw hclError(node.makeKey.place, 'Duplicate object key', `Two different items produced the key ${JSON.stringify(name)} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.`)
      else object.set(name, made)
    }
    if (node.text) return items.join('')
    return node.makeKey === undefined ? items : object
  }
}

/** HCL's numbers have 512 bits: what binary floats only come near is written as people write it. */
function decimal(n: number): number {
  return Number.isInteger(n) || !Number.isFinite(n) ? n : Number(n.toPrecision(15))
}

function attribute(value: Value, name: string, place: HclPlace): Value {
  if (value === null) throw hclError(place, 'Attempt to get attribute from null value', 'This value is null, so it does not have any attributes.')
  if (!(value instanceof Map)) throw hclError(place, 'Unsupported attribute', `Can't access attributes on a primitive-typed value (${typeName(value)}).`)
  const found = value.get(name)
  if (found === undefined) throw hclError(place, 'Unsupported attribute', `This object does not have an attribute named ${JSON.stringify(name)}.`)
  return found
}

function indexed(value: Value, key: Value, place: HclPlace): Value {
  if (value === null) throw hclError(place, 'Attempt to index null value', 'This value is null, so it does not have any indices.')
  if (value instanceof Map) {
    const found = value.get(textOf(key) ?? '')
    if (found === undefined) throw hclError(place, 'Invalid index', 'The given key does not identify an element in this collection value.')
    return found
  }
  const at = numberOf(key)
  if (!Array.isArray(value) || at === undefined) throw hclError(place, 'Invalid index', 'This value does not have any indices.')
  const found = value[at]
  if (found === undefined) throw hclError(place, 'Invalid index', 'The given key does not identify an element in this collection value.')
  return found
}
