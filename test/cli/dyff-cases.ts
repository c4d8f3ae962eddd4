import { certificates } from './dyff-certificates.ts'
import type { DiffCase } from './diff-cases.ts'

const custom = (spec: string, name = 'a') => `---\napiVersion: example.com/v1\nkind: Odd\nmetadata:\n  name: ${name}\n${spec}`
const block = (text: string, indent: string) => `|\n${text.trimEnd().split('\n').map((line) => `${indent}${line}\n`).join('')}`
const web = (image: string, more = '', replicas = '1') => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: front}
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
      - name: app
        image: ${image}
        env:
        - {name: A, value: "1"}
        - {name: B, value: "2"}
      - name: side
        image: side:1
${more}`
const service = '---\n# How the world gets in.\napiVersion: v1\nkind: Service\nmetadata:\n  name: web # its name\n  # Where it is.\n  namespace: front\nspec:\n  ports:\n  # The only one.\n  - port: 80\n    name: http\n  selector: {}\n  externalIPs: []\n# The end.\n'
const long = (n: number, change: (i: number) => string) => Array.from({ length: n }, (_, i) => change(i)).join('\n')
const words = 'the quick brown fox jumps over the lazy dog and then some more words follow it'

/** What differs, one kind a case; both with colours and without where colours have rules of their own. */
const pairs: readonly (readonly [name: string, before: string, after: string, args?: readonly string[]])[] = [
  ['nothing', custom('spec: {a: 1}\n'), custom('spec: {a: 1}\n')],
  ['style alone', custom('spec: {a: 1}\n'), custom('spec:\n  a: 1\n')],
  ['white space alone', custom('spec: {a: "x y"}\n'), custom('spec: {a: " x y "}\n')],
  ['white space at the end of lines', custom(`spec:\n  t: ${block('a\nb', '    ')}`), custom('spec:\n  t: "a\\nb\\n\\n"\n')],
  ['white space and more', custom(`spec:\n  t: ${block('a\nb', '    ')}`), custom(`spec:\n  t: ${block('a \nb', '    ')}`)],
  ['a string', custom('spec: {a: before}\n'), custom('spec: {a: something else}\n')],
  ['an image', web('nginx:1.25.0'), web('nginx:1.26.1')],
  ['an image and replicas', web('nginx:1.25.0'), web('docker.io/library/nginx:1.27', '', '3')],
  ['some characters', custom(`spec: {a: ${words}}\n`), custom(`spec: {a: ${words.replace('lazy', 'hazy').replace('some', 'more')}}\n`)],
  ['characters of other alphabets', custom('spec: {a: grüße aus köln, b: "日本語のテキスト"}\n'), custom('spec: {a: grüsse aus köln, b: "日本語テキスト"}\n')],
  ['repeated characters', custom('spec: {a: aaaabbbbaaaabbbb, b: xyxyxyxyxyxyxyxyxyxyxyxyxyxy}\n'), custom('spec: {a: aabbbbaaaabbbbaa, b: yxyxyxyxyxyxyxyxyxyxyxyxyxyx}\n')],
  ['one of two characters', custom('spec: {a: ab, b: x, c: ""}\n'), custom('spec: {a: ba, b: y, c: new}\n')],
  ['half of a text moved', custom(`spec: {a: ${long(8, (i) => `part${i}`).replaceAll('\n', '-')}}\n`), custom(`spec: {a: ${long(8, (i) => `part${(i + 4) % 8}`).replaceAll('\n', '-')}}\n`)],
  ['numbers', custom('spec: {a: 1, b: 1.5, c: 0x10, d: 1e3, e: 100}\n'), custom('spec: {a: 2, b: 1.50, c: 16, d: 1000, e: -100}\n')],
  ['booleans', custom('spec: {a: true, b: True, c: false}\n'), custom('spec: {a: false, b: true, c: FALSE}\n')],
  ['nulls', custom('spec: {a: null, b: ~, c: 1, d: }\n'), custom('spec: {a: ~, b: x, c: null, d: {}}\n')],
  ['times', custom('spec: {a: 2020-01-01, b: 2020-01-01T00:00:00Z}\n'), custom('spec: {a: 2021-01-01, b: 2020-01-01T00:00:00+00:00}\n')],
  ['types', custom('spec: {a: 1, b: "1", c: true, d: [1], e: {x: 1}, f: 1.5}\n'), custom('spec: {a: "1", b: 1, c: "true", d: {x: 1}, e: [1], f: "1.5"}\n')],
  ['a map for a string', custom('spec: {a: text}\n'), custom('spec:\n  a:\n    b: 1\n    c: [x, y]\n    d: |\n      1\n      2\n')],
  ['a list for a map', custom('spec:\n  a:\n    b: {c: 1}\n    "on": x\n'), custom('spec:\n  a:\n  - b: 1\n  - [x, [y]]\n  - null\n')],
  ['binary', custom('spec: {a: !!binary aGVsbG8gd29ybGQsIGhvdyBhcmUgeW91Pw==}\n'), custom('spec: {a: !!binary aGVsbG8gd29ybGQAAQIDf4CB}\n')],
  ['binary that is none', custom('spec: {a: !!binary "no!", b: 1}\n'), custom('spec: {a: !!binary bm8=, b: 2}\n')],
  ['binary and text', custom('spec: {a: !!binary aGVsbG8=}\n'), custom('spec: {a: hello}\n')],
  ['own tags', custom('spec: {a: !thing 1, b: !thing x}\n'), custom('spec: {a: !thing 2, b: !other x}\n')],
  ['keys that came', custom('spec: {a: 1}\n'), custom('spec: {a: 1, b: 2, c: {d: [1, 2], e: }, f: "yes: no"}\n')],
  ['keys that went', custom('spec:\n  a: 1\n  b: 2.5\n  c:\n    d: ""\n    e: true\n  f: |\n    two\n    lines\n'), custom('spec: {a: 1}\n')],
  ['keys that came and went', custom('spec: {a: 1, b: 2}\n'), custom('spec: {a: 1, c: 3}\n')],
  ['wide keys that came and went', custom(`spec: {a: 1, b: ${words}}\n`), custom(`spec: {a: 1, c: ${words}}\n`)],
  ['keys in another order', custom('spec: {a: 1, b: 2}\n'), custom('spec: {b: 2, a: 1}\n')],
  ['odd keys', custom('spec: {"": 1, "a.b/c": 1, 1: x, true: y, "%s": z}\n'), custom('spec: {"": 2, "a.b/c": 2, 1: y, true: z, "%s": x}\n')],
  ['quoted values that came', custom('spec: {}\n'), custom('spec: {a: "true", b: "1", c: "-x", d: "a b", e: "1e5", f: "", g: "a:b", h: "0x1", i: "tab\\there", j: ".nan", k: "a,b", l: "\\"q\\"x y"}\n')],
  ['values of all types that came', custom('spec: {}\n'), custom('spec: {a: 1, b: 1.5, c: true, d: null, e: 2020-01-01, f: !!binary aGk=, g: text, h: [], i: {}, j: [[1, [2]], [{a: 1}]]}\n')],
  ['deep before flat', custom('x: 1\n'), custom('x: 1\nspec:\n  deep: {a: {b: {c: 1}}}\n  list: [{name: x, v: {w: 1}}]\n  flat: 1\n  name: n\n  mid: {a: 1}\n  other: [1]\n')],
  ['kinds inside', custom('x: 1\n'), custom('x: 1\nspec:\n  status: {}\n  metadata: {labels: {}, name: n}\n  kind: K\n  extra: e\n  apiVersion: v\n')],
  ['many keys', custom('x: 1\n'), custom(`x: 1\nspec:\n  name: n\n${long(30, (i) => `  k${(i * 7) % 30}: ${i % 3 === 0 ? '{a: 1}' : i % 3 === 1 ? '1' : '{a: {b: 1}}'}`)}\n`)],
  ['list entries', custom('spec: {l: [a, b, c]}\n'), custom('spec: {l: [a, c, d, e]}\n')],
  ['one entry for another', custom('spec: {l: [a]}\n'), custom('spec: {l: [b]}\n')],
  ['an empty list', custom('spec: {l: [], m: [1]}\n'), custom('spec: {l: [1], m: []}\n')],
  ['the order of a list', custom('spec: {l: [a, b, c]}\n'), custom('spec: {l: [c, a, b]}\n')],
  ['the order of a long list', custom(`spec: {l: [${long(9, (i) => `entry${i}`).replaceAll('\n', ', ')}]}\n`), custom(`spec: {l: [${long(9, (i) => `entry${8 - i}`).replaceAll('\n', ', ')}]}\n`)],
  ['the order of lists and maps', custom('spec: {l: [[1], {a: 1}, ""]}\n'), custom('spec: {l: [{a: 1}, "", [1]]}\n')],
  ['entries there twice', custom('spec: {l: [a, a, b, c, c, c]}\n'), custom('spec: {l: [a, b, b, c, d, d]}\n')],
  ['entries alike but for their types', custom('spec: {l: [1, "1", {a: 1}], m: [x]}\n'), custom('spec: {l: ["1", {a: "1"}, true], m: [x]}\n')],
  ['lists by name', web('nginx:1'), web('nginx:1', '      - name: more\n        image: more:1\n').replace('      - name: side\n        image: side:1\n', '')],
  ['the order of lists by name', custom('spec:\n  l:\n  - {name: a, v: 1}\n  - {name: b, v: 2}\n'), custom('spec:\n  l:\n  - {name: b, v: 2}\n  - {name: a, v: 3}\n  - {name: c}\n')],
  ['lists by key and id', custom('spec:\n  l: [{key: a, v: 1}, {key: b, v: 2}]\n  m: [{id: 1, v: 1}, {id: 2, v: 2}]\n  n: [{manager: x, v: 1}, {manager: y}]\n'), custom('spec:\n  l: [{key: a, v: 2}, {key: b, v: 2}]\n  m: [{id: 2, v: 3}]\n  n: [{manager: x, v: 2}]\n')],
  ['lists by a field that tells', custom(`spec:\n  l:\n${long(5, (i) => `  - {path: /p${i}, port: x${i % 2}, v: 1}`)}\n`), custom(`spec:\n  l:\n${long(5, (i) => `  - {path: /p${i}, port: x${i % 2}, v: ${i === 3 ? 2 : 1}}`)}\n`)],
  ['lists that no field tells', custom('spec:\n  l: [{v: 1, w: 2}, {v: 1, w: 3}]\n'), custom('spec:\n  l: [{v: 1, w: 2}, {v: 2, w: 3}]\n')],
  ['names that are not', custom('spec:\n  l: [{name: a, v: 1}, {name: a, v: 2}]\n'), custom('spec:\n  l: [{name: a, v: 1}, {name: a, v: 3}]\n')],
  ['empty names', custom('spec:\n  l: [{name: "", v: 1}, {name: b, v: 2}]\n'), custom('spec:\n  l: [{name: "", v: 2}, {name: b, v: 2}]\n')],
  ['resources in a list', custom('spec:\n  l: [{apiVersion: v1, kind: A, metadata: {name: x}, v: 1}, {apiVersion: v1, kind: A, metadata: {name: y}, v: 1}]\n'), custom('spec:\n  l: [{apiVersion: v1, kind: A, metadata: {name: x}, v: 2}, {apiVersion: v1, kind: B, metadata: {name: y}, v: 1}]\n')],
  ['lines of a text', custom(`spec:\n  t: ${block(long(9, (i) => `line ${i}`), '    ')}`), custom(`spec:\n  t: ${block(`${long(9, (i) => (i === 3 ? 'changed' : `line ${i}`))}\nmore\nstill more`, '    ')}`)],
  ['moved lines of a text', custom(`spec:\n  t: ${block(long(12, (i) => `line ${i % 5}`), '    ')}`), custom(`spec:\n  t: ${block(long(12, (i) => `line ${(i * 7) % 5}`), '    ')}`)],
  ['a text that becomes one line', custom(`spec:\n  t: ${block('a\nb', '    ')}`), custom('spec: {t: a}\n')],
  ['a text without its last line break', custom('spec:\n  t: |-\n    a\n    b\n  u: "x\\n\\ny"\n'), custom('spec:\n  t: |\n    a\n    c\n  u: "x\\ny\\n"\n')],
  ['certificates', custom(`spec:\n  c: ${block(certificates[0], '    ')}`), custom(`spec:\n  c: ${block(certificates[1], '    ')}`)],
  ['a certificate with less to say', custom(`spec:\n  c: ${block(certificates[1], '    ')}`), custom(`spec:\n  c: ${block(certificates[2], '    ')}`)],
  ['a certificate for a text', custom(`spec:\n  c: ${block(certificates[0], '    ')}`), custom('spec: {c: none}\n')],
  ['several documents', web('nginx:1') + custom('spec: {a: 1}\n'), web('nginx:2') + custom('spec: {a: 2}\n')],
  ['a document that came', web('nginx:1'), web('nginx:1') + service],
  ['a document that went', web('nginx:1') + service, web('nginx:1')],
  ['documents that came and went', web('nginx:1') + service + custom('spec: {a: 1}\n', 'x'), web('nginx:2') + custom('spec: {a: 1}\n', 'y') + custom('# said\nspec:\n  # of a\n  a: 1 # one\n  # left\n', 'z')],
  ['all documents came', '# nothing\n', web('nginx:1') + service],
  ['all documents went', web('nginx:1') + service, '# nothing\n'],
  ['another version', custom('spec: {a: 1}\n'), custom('spec: {a: 1}\n').replace('/v1', '/v2')],
  ['another namespace', custom('  namespace: one\nspec: {a: 1}\n'), custom('  namespace: two\nspec: {a: 2}\n')],
  ['anchors', custom('spec: {a: &x {v: 1}, b: *x, c: &y text}\n'), custom('spec: {a: &x {v: 2}, b: *x, d: &y text, e: *y, f: &z [1], g: *z}\n')],
  ['names without metadata', '---\napiVersion: v1\nkind: Odd\nspec: {a: 1}\n', '---\napiVersion: v1\nkind: Odd\nspec: {a: 2}\n'],
  ['a Secret', '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aGk=, b: eA==}\n', '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aG8=, c: eA==}\n'],
  ['a Secret that is shown', '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aGk=}\n', '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aG8=}\n', ['--show-secrets-decoded']],
  ['lines left out', web('nginx:1'), web('nginx:2', '', '4'), ['--suppress-output-line-regex', 'image:']],
  ['an object kept under another name', custom(`spec:\n${long(9, (i) => `  k${i}: v${i}`)}\n`, 'old'), custom(`spec:\n${long(9, (i) => `  k${i}: v${i === 4 ? 'x' : i}`)}\n`, 'new'), ['-D', '0.5']],
  ['renamed and others', custom(`spec:\n${long(9, (i) => `  k${i}: v${i}`)}\n`, 'old') + custom('spec: {a: 1}\n', 'x') + service, custom(`spec:\n${long(9, (i) => `  k${i}: v${i === 4 ? 'x' : i}`)}\n`, 'new') + custom('spec: {b: 1, c: 2}\n', 'y'), ['-D', '0.9']],
  ['context is none', web('nginx:1'), web('nginx:2'), ['-C', '1', '--detailed-exitcode']],
  ['normal form', custom('spec: {b: 1, a: [x]}\n'), custom('spec:\n  a: [y]\n  b: 1\n'), ['--normalize-manifests']],
]

const coloured = new Set(['an image and replicas', 'some characters', 'types', 'binary', 'keys that came and went', 'wide keys that came and went', 'quoted values that came', 'values of all types that came', 'deep before flat', 'the order of a list', 'the order of a long list', 'lists by name', 'the order of lists by name', 'lines of a text', 'certificates', 'a certificate with less to say', 'documents that came and went', 'all documents came', 'anchors', 'a map for a string', 'nulls', 'empty names'])

export const dyffCases: readonly DiffCase[] = pairs.flatMap(([name, before, after, more = []]) => {
  const args = ['--output', 'dyff', ...more]
  const one = { name: `dyff: ${name}`, before, after, args }
  return coloured.has(name) ? [one, { ...one, name: `${one.name}, coloured`, args: [...args, '--color'] }] : [one]
})
