import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './version-bump.ts'

const bump = (versionBefore: string, version: string, before: string[], after: string[]) => inputs({ chart: { version }, defaults: { before, after, versionBefore } })

ruleSuite(rule, {
  fires: {
    'removed in a minor version': [bump('1.4.2', '1.5.0', ['a', 'db.host'], ['a']), '1.4.2 -> 1.5.0 is a minor version, and defaults were removed: db.host'],
    'renamed in a patch': [bump('1.4.2', '1.4.3', ['db.host'], ['database.host']), 'defaults were removed: db.host', 'defaults were added: database.host'],
    'added without a version': [bump('1.4.2', '1.4.2', ['a'], ['a', 'b']), 'the version stays 1.4.2, and defaults were added: b'],
    'many': [bump('1.0.0', '1.1.0', 'abcdefghij'.split(''), []), 'a, b, c, d, e, f, g, h, and 2 more'],
  },
  passes: {
    'removed in a major version': bump('1.4.2', '2.0.0', ['a'], []), 'in a minor one below 1.0': bump('0.4.2', '0.5.0', ['a'], []), 'added in a minor version': bump('1.4.2', '1.5.0', ['a'], ['a', 'b']),
    'nothing changed': bump('1.4.2', '1.4.3', ['a.b'], ['a.b']), 'an empty map that got members in a minor version': bump('1.4.2', '1.5.0', ['a'], ['a.b']), 'a map emptied': bump('1.4.2', '1.4.3', ['a.b'], ['a']),
    'going back': bump('1.4.2', '1.3.0', ['a'], []), 'no versions': bump('one', 'two', ['a'], []),
  },
  missing: [facts(), inputs()],
})
