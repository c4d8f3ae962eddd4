import { GoObject, formatValue } from '../go/index.ts'
import type { Kind } from '../go/index.ts'

/** A complex128. Only constants of a template make one; nothing but printing and eq knows what to do with it. */
export class Complex extends GoObject {
  readonly goType = 'complex128'
  readonly goKind: Kind = 'complex128'
  readonly real: number
  readonly imaginary: number
  constructor(real: number, imaginary: number) {
    super()
    this.real = real
    this.imaginary = imaginary
  }
  override text(): string {
    const imaginary = formatValue(this.imaginary)
    return `(${formatValue(this.real)}${/^[-+]/.test(imaginary) ? '' : '+'}${imaginary}i)`
  }
}
