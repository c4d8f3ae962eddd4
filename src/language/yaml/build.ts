import type { Value } from '../go/index.ts'
import type { Events } from './line-events.ts'
import {
  documentEndEvent, mappingEndEvent, mappingStartEvent, scalarEvent, sequenceEndEvent, sequenceStartEvent, streamEndEvent,
} from './parser.ts'
import { Resolver, intTag } from './resolve.ts'

/** Returned when the document holds something only the full decoder knows. */
export const notPlain = Symbol('not plain')

/**
 * Builds the value of the first document right from the events. Anchors, aliases, tags, merge keys, keys that are neither strings
 * nor numbers nor booleans, duplicate keys (with `strict`), infinities and enormous depth make it give up: those documents go through nodes.
 * A syntax error throws at once, for goyaml parses the whole document before it decodes.
 */
export function buildValue(parser: Events, strict: boolean): Value | typeof notPlain {
  if (parser.next() === streamEndEvent) return null
  const resolver = new Resolver()
  const containers: (Map<string, Value> | Value[])[] = []
  let map: Map<string, Value> | undefined
  let list: Value[] | undefined
  let key = ''
  let atKey = false
  let root: Value = null
  for (;;) {
    let value: Value
    switch (parser.next()) {
      case scalarEvent: {
        if (parser.tag !== '' || parser.anchor !== '') return notPlain
        const text = parser.value
        if (!parser.implicit) {
          if (atKey) {
            key = text
            atKey = false
            if (strict && map!.has(key)) return notPlain
            continue
          }
          value = text
          break
        }
        const scalar = resolver.resolve(text)
        if (atKey) {
          if (typeof scalar === 'string') {
            if (scalar === '<<') return notPlain
            key = scalar
          } else if (typeof scalar === 'boolean') {
            key = scalar ? 'true' : 'false'
          } else if (typeof scalar === 'number' && resolver.tag === intTag) {
            key = scalar.toString()
          } else {
            return notPlain
          }
          atKey = false
          if (strict && map!.has(key)) return notPlain
          continue
        }
        if (typeof scalar === 'number') {
          if (!Number.isFinite(scalar)) return notPlain
          value = scalar
        } else {
          value = typeof scalar === 'bigint' ? Number(scalar) : scalar
        }
        break
      }
      case mappingStartEvent: {
        if (atKey || parser.anchor !== '' || containers.length >= 10000) return notPlain
        const child = new Map<string, Value>()
        if (map !== undefined) {
          map.set(key, child)
        } else if (list !== undefined) {
          list.push(child)
        } else {
          root = child
        }
        containers.push(child)
        map = child
        list = undefined
        atKey = true
        continue
      }
      case sequenceStartEvent: {
        if (atKey || parser.anchor !== '' || containers.length >= 10000) return notPlain
        const child: Value[] = []
        if (map !== undefined) {
          map.set(key, child)
        } else if (list !== undefined) {
          list.push(child)
        } else {
          root = child
        }
        containers.push(child)
        map = undefined
        list = child
        atKey = false
        continue
      }
      case mappingEndEvent:
      case sequenceEndEvent: {
        containers.pop()
        if (containers.length === 0) {
          map = list = undefined
          atKey = false
          continue
        }
        const parent = containers[containers.length - 1]!
        if (Array.isArray(parent)) {
          list = parent
          map = undefined
          atKey = false
        } else {
          map = parent
          list = undefined
          atKey = true
        }
        continue
      }
      case documentEndEvent:
        return root
      default:
        return notPlain
    }
    if (map !== undefined) {
      map.set(key, value)
      atKey = true
    } else if (list !== undefined) {
      list.push(value)
    } else {
      root = value
    }
  }
}
