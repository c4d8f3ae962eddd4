import { inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './chart-exact.ts'

const chart = (known: object) => inputs({ chart: known })
const dependency = (known: object) => chart({ dependencies: [{ name: 'db', range: '^1.0.0', repository: 'https://charts.example.com', ...known }] })

ruleSuite(rule, {
  fires: {
    'a range': [chart({ wantedVersion: '^1.4.0' }), '"^1.4.0" of repo/shop is no exact version'],
    'latest': [chart({ wantedVersion: 'latest' }), '"latest"'],
    'nothing asked for': [chart({ wantedVersion: '' }), 'whatever is newest'],
    'another version': [chart({ wantedVersion: '1.4.1' }), 'has version 1.4.2, 1.4.1 is asked for'],
    'a dependency without a lock': [dependency({}), 'dependency db "^1.0.0" is a range'],
    'a dependency that is not as locked': [dependency({ locked: '1.0.1', present: '1.0.2' }), 'dependency db is 1.0.2 in charts/ and 1.0.1 in the lock'],
  },
  passes: {
    'exact': chart({}), 'with a v': chart({ wantedVersion: 'v1.4.2' }), 'a folder': chart({ wantedVersion: '', local: true }),
    'a locked range': dependency({ locked: '1.0.1', present: '1.0.1' }), 'what lies in charts/': dependency({ present: '1.0.1' }), 'an exact dependency': dependency({ range: '1.0.1' }),
  },
})
