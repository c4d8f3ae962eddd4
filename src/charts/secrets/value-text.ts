import { formatFloat } from '../../language/go/index.ts'
import type { Scalar } from './tree.ts'

/** A value in a format that has strings only. Upstream: ValToString in stores/stores.go. */
export function valueText(value: Scalar | null): string {
  if (value === null) return '<nil>'
  switch (value.type) {
    case 'bool': return value.text === 'True' ? 'true' : 'false'
    case 'float': return floatText(value.text)
    case 'time': return value.text.replace(/\.\d+/, '')
    default: return value.text
  }
}

function floatText(text: string): string {
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const short = formatFloat(value, 'g').replace('e', 'E')
  return /[.E]/.test(short) ? short : formatFloat(value, 'f', 1)
}
