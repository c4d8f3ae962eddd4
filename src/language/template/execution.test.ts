import { describe, expect, it } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { Time, utc } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { ExecError, Execution, TemplateSet } from './index.ts'
import type { ExecutionOptions } from './index.ts'
import { host, runCase, testFuncs } from './testkit.ts'

function setOf(...templates: [name: string, text: string][]): TemplateSet {
  const set = new TemplateSet('gotpl', { funcs: testFuncs, missingKey: 'zero' })
  for (const [name, text] of templates) set.parse(name, text)
  return set
}

function render(set: TemplateSet, name: string, data: Value = new Map(), options: Partial<ExecutionOptions> = {}): string {
  return new Execution(set, { host, ...options }).execute(name, data)
}

function failure(text: string, options: Partial<ExecutionOptions> = {}, data: Value = new Map()): PintleError {
  try {
    render(setOf(['t', text]), 't', data, options)
  } catch (e) {
    return e as PintleError
  }
  throw new Error('did not fail')
}

describe('methods', () => {
  it('take a number for a time.Duration, as an int64 under another name', () => {
    const data = new Map<string, Value>([['t', new Time(946713599n, 0, utc)]])
    expect(render(setOf(['t', '{{ (.t.Truncate 3600000000000).Minute }} {{ (.t.Add 1000000000).Second }}']), 't', data)).toBe('0 0')
    expect(failure('{{ .t.Truncate 0.5 }}', {}, data).message).toContain('expected integer; found 0.5')
    expect(failure('{{ .t.In nil }}', {}, data).message).toContain('error calling In: time: missing Location in call to Time.In')
  })

  it('are not called when Go gives more than a result and an error', () => {
    const data = new Map<string, Value>([['t', new Time(946713599n, 0, utc)]])
    expect(failure('{{ .t.ISOWeek }}', {}, data).message).toContain('invalid function signature for ISOWeek: second return value should be error; is int')
    expect(failure('{{ .t.Clock }}', {}, data).message).toContain('function Clock has 3 return values; should be 1 or 2')
  })
})

describe('endless templates', () => {
  it('end an include as Helm does, a thousand deep', () => {
    const { err = '' } = runCase({ t: [['t', '{{define "a"}}\n{{ include "a" . }}{{end}}{{include "a" .}}']], run: 't' })
    expect(err.split('error calling include: ')).toHaveLength(1 + 1002)
    expect(err.startsWith('template: t:2:28: executing "t" at <include "a" .>: error calling include: template: t:2:3: executing "a"')).toBe(true)
    expect(err.endsWith(': error calling include: rendering template has a nested reference name: a: unable to execute template')).toBe(true)
  })

  it('end an include within branches, loops and pipes as well, with a modest stack', () => {
    const body = '{{if true}}{{with .}}{{range list 1 2}}{{ $x := include "b" $ | nindent 2 | upper }}{{$x}}{{end}}{{end}}{{end}}'
    const { err = '' } = runCase({
      t: [['t', `{{define "a"}}${body}{{end}}{{define "b"}}{{ print (include "a" .) | quote }}{{end}}{{include "a" .}}`]],
      run: 't',
      data: { k: 1 },
    })
    expect(err.split('error calling include: ')).toHaveLength(1 + 2003)
    expect(err.endsWith('nested reference name: a: unable to execute template')).toBe(true)
  })

  it('let an include be 1001 deep', () => {
    const text = '{{define "a"}}{{if gt . 1}}{{include "a" (add . -1)}}{{else}}bottom{{end}}{{end}}{{include "a" 1001}}'
    expect(render(setOf(['t', text]), 't')).toBe('bottom')
  })

  it('end a template action at 100,000', () => {
    const e = failure('{{template "t" .}}')
    expect(e.code).toBe('template.limit')
    expect(e.message).toBe('template: t:1:11: executing "t" at <{{template "t" .}}>: exceeded maximum template depth (100000)')
  })

  it('end a tpl', () => {
    const data = new Map<string, Value>([['t', '{{tpl .t .}}']])
    expect(failure('{{tpl .t .}}', {}, data).code).toBe('template.limit')
  })

  it('end a loop that takes too long or writes too much', () => {
    const loop = '{{range 1000000000000}}{{end}}'
    expect(failure(loop, { maxTime: 50 })).toMatchObject({ code: 'template.limit', message: 'template: rendering takes longer than 0.05 s' })
    expect(failure('{{range 1000000000000}}xxxxxxxx{{end}}', { maxOutput: 10_000 }).code).toBe('template.limit')
    const doubling = Array.from({ length: 40 }, (_, i) => `{{define "a${i + 1}"}}{{include "a${i}" .}}{{include "a${i}" .}}{{end}}`)
    expect(failure(`{{define "a0"}}${'x'.repeat(64)}{{end}}${doubling.join('')}{{include "a40" .}}`, { maxOutput: 10_000 }).code).toBe('template.limit')
  })

  it('refuse what nests deeper than the parser can follow', () => {
    expect(failure('{{' + '('.repeat(50_000) + '1' + ')'.repeat(50_000) + '}}').code).toBe('template.limit')
    expect(failure('{{if 1}}'.repeat(50_000) + '{{end}}'.repeat(50_000)).code).toBe('template.limit')
  })
})

describe('errors', () => {
  const set = setOf(
    ['chart/templates/_h.tpl', '{{- define "inner" -}}\n  é {{ fail "no good" }}\n{{- end }}{{ define "outer" }}{{ include "inner" .a | nindent 2 }}{{ end }}'],
    ['chart/templates/a.yaml', 'x: 1\ny: {{ include "outer" . }}'],
  )

  it('keep the stack of templates', () => {
    let error: unknown
    try {
      render(set, 'chart/templates/a.yaml', new Map([['a', new Map()]]))
    } catch (e) {
      error = e
    }
    expect(error).toBeInstanceOf(ExecError)
    const e = error as ExecError
    expect(e.code).toBe('template.exec')
    expect(e.message).toBe(
      'template: chart/templates/a.yaml:2:6: executing "chart/templates/a.yaml" at <include "outer" .>: error calling include: '
      + 'template: chart/templates/_h.tpl:3:33: executing "outer" at <include "inner" .a>: error calling include: '
      + 'template: chart/templates/_h.tpl:2:8: executing "inner" at <fail "no good">: error calling fail: no good',
    )
    expect(e.frames().map(({ template, line, column, executing, context }) => [template, line, column, executing, context])).toEqual([
      ['chart/templates/a.yaml', 2, 6, 'chart/templates/a.yaml', 'include "outer" .'],
      ['chart/templates/_h.tpl', 3, 33, 'outer', 'include "inner" .a'],
      ['chart/templates/_h.tpl', 2, 8, 'inner', 'fail "no good"'],
    ])
    expect(e.frames()[2]!.message).toBe('error calling fail: no good')
    expect(e.place).toMatchObject({ file: 'chart/templates/a.yaml', line: 2, column: 7 })
    expect(e.chain()).toHaveLength(7)
    expect(e.chain().at(-1)).toBe('no good')
  })

  it('say what is not there', () => {
    expect(() => render(set, 'nope')).toThrow('template: no template "nope" associated with template "gotpl"')
  })

  it('of parsing have a place', () => {
    let error: unknown
    try {
      setOf(['t', 'a\n{{ .x'])
    } catch (e) {
      error = e
    }
    expect(error).toMatchObject({ code: 'template.parse', message: 'template: t:2: unclosed action', place: { file: 't', line: 2 } })
  })

  it('leave the set usable', () => {
    const parts = setOf(['t', '{{define "d"}}{{if .bad}}{{fail "x"}}{{end}}ok{{end}}{{include "d" .}}'])
    const execution = new Execution(parts, { host })
    expect(() => execution.execute('t', new Map([['bad', true]]))).toThrow('error calling fail: x')
    expect(execution.execute('t', new Map())).toBe('ok')
  })
})

describe('keys', () => {
  it('of any name are ordinary', () => {
    const data = new Map<string, Value>([['__proto__', 'p'], ['constructor', 'c']])
    expect(render(setOf(['t', '{{.__proto__}}{{.constructor}}{{.toString}}{{range $k, $v := .}}{{$k}}{{end}}']), 't', data))
      .toBe('pc<no value>__proto__constructor')
    expect(() => setOf(['t', '{{constructor}}'])).toThrow('function "constructor" not defined')
    expect(() => render(setOf(['t', '{{include "__proto__" .}}']), 't')).toThrow('no template "__proto__"')
  })

  it('of a map are those it had when the range began', () => {
    const data = new Map<string, Value>([['m', new Map([['b', '1'], ['a', '2']])]])
    const funcs = new Map(testFuncs)
    funcs.set('drop', { params: ['map[string]interface {}', 'string'], call: ([m, k]) => ((m as Map<string, Value>).delete(k as string), '') })
    const set = new TemplateSet('gotpl', { funcs })
    set.parse('t', '{{range $k, $v := .m}}{{drop $.m "b"}}{{$k}}{{$v}}{{end}}')
    expect(render(set, 't', data)).toBe('a2b1')
  })
})

describe('one set', () => {
  it('serves executions that are under way at the same time', () => {
    const funcs = new Map(testFuncs)
    let other = ''
    const set = new TemplateSet('gotpl', { funcs, missingKey: 'zero' })
    funcs.set('again', { params: [], call: () => (other = other || render(set, 't', new Map([['n', 'inner'], ['stop', 'yes']]))) })
    set.parse('t', '{{define "x"}}<{{.n}}>{{end}}{{$v := include "x" .}}{{if not .stop}}{{again}}{{end}}{{$v}}{{range $i, $e := list 1 2}}{{$i}}{{end}}')
    expect(render(set, 't', new Map([['n', 'outer']]))).toBe('<inner>01<outer>01')
  })
})
