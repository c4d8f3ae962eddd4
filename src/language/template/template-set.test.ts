import { describe, expect, it } from 'vitest'
import { Execution, TemplateSet } from './index.ts'
import { host, testFuncs } from './testkit.ts'

function emptySet(): TemplateSet {
  return new TemplateSet('gotpl', { funcs: testFuncs, missingKey: 'zero' })
}

function run(set: TemplateSet, name: string): string {
  return new Execution(set, { host }).execute(name, new Map([['text', '{{define "d"}}inner{{end}}{{include "d" .}}']]))
}

describe('TemplateSet', () => {
  it('lets a later template replace an earlier one, unless it is empty', () => {
    const set = emptySet()
    set.parse('a', '{{define "d"}}first{{end}}')
    set.parse('b', '{{define "d"}}second{{end}}')
    set.parse('c', '{{define "d"}} \n{{/* nothing */}}{{end}}')
    set.parse('t', '{{template "d"}}')
    expect(run(set, 't')).toBe('second')
    expect(set.names()).toEqual(['d', 'a', 'b', 'c', 't'])
  })

  it('stays as it was when a text does not parse', () => {
    const set = emptySet()
    set.parse('t', 'ok')
    expect(() => set.parse('t', '{{define "d"}}x{{end}}{{')).toThrow('template: t:1: unclosed action')
    expect(set.names()).toEqual(['t'])
    expect(run(set, 't')).toBe('ok')
  })

  it('derives sets that see what was there and keep what they add', () => {
    const set = emptySet()
    set.parse('t', '{{template "d"}}{{define "d"}}base{{end}}')
    const derived = set.derive()
    derived.parse('x', '{{define "d"}}derived{{end}}')
    set.parse('y', '{{define "e"}}e{{end}}')
    expect(run(set, 't')).toBe('base')
    expect(run(derived, 't')).toBe('derived')
    expect(derived.lookup('e')).toBeUndefined()
  })

  it('keeps to itself what a tpl defines', () => {
    const set = emptySet()
    set.parse('t', '{{define "d"}}outer{{end}}{{tpl .text .}} {{include "d" .}} {{tpl .text .}}')
    expect(run(set, 't')).toBe('inner outer inner')
  })

  it('parses a text given to tpl once', () => {
    const set = emptySet()
    const { set: first, root } = set.withText('{{.x}}')
    expect(set.withText('{{.x}}').set).toBe(first)
    // Also from within another tpl.
    expect(set.withText('other').set.withText('{{.x}}').root).toBe(root)
  })

  it('takes break and continue for functions where there are such', () => {
    const funcs = new Map(testFuncs)
    funcs.set('break', { params: [], call: () => 'called' })
    const set = new TemplateSet('gotpl', { funcs })
    set.parse('t', '{{break}}')
    expect(run(set, 't')).toBe('called')
  })
})
