import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PintleError } from '../../../errors/index.ts'
import { envelopeOf, statementOf } from '../../signatures/index.ts'
import { cleanScopes, parseChallenge } from './challenge.ts'
import { chartReferenceText, parseChartReference, parseReference, referenceText } from './reference.ts'

const text = fc.string({ unit: 'binary', maxLength: 200 })
const nearly = fc.stringMatching(/^[a-z0-9:/@._+-]{0,80}$/)

/** What it gives, or nothing where it refuses by name. */
function read<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(PintleError)
    return undefined
  }
}

test('whatever a reference is, it is read or refused by name, and reads the same once it was printed', () => {
  fc.assert(fc.property(fc.oneof(text, nearly, nearly.map((t) => `localhost:5000/${t}`)), (raw) => {
    const plain = read(() => parseReference(raw))
    if (plain !== undefined) expect(parseReference(referenceText(plain))).toEqual(plain)
    const chart = read(() => parseChartReference(raw))
    if (chart !== undefined && chart.tag !== '') expect(parseReference(chartReferenceText(chart))).toEqual({ registry: chart.registry, repository: chart.repository, reference: chart.tag })
  }), { numRuns: 2000, seed: 7 })
})

test('whatever a challenge is, it is read', () => {
  fc.assert(fc.property(fc.oneof(text, text.map((t) => `Bearer ${t}`), text.map((t) => `Bearer realm="${t}",scope="${t}"`)), (header) => {
    const { params } = parseChallenge(header)
    const scopes = cleanScopes((params.get('scope') ?? '').split(' '))
    expect(cleanScopes(scopes)).toEqual(scopes)
  }), { numRuns: 2000, seed: 7 })
})

test('whatever lies where an envelope should, it is one or none', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string(), (json, payload) => {
    for (const candidate of [json, { payload, payloadType: 'application/vnd.in-toto+json', signatures: json }, { payload: Buffer.from(JSON.stringify(json)).toString('base64'), payloadType: 'application/vnd.in-toto+json', signatures: [json] }]) {
      const envelope = envelopeOf(candidate)
      if (envelope === undefined) continue
      try {
        statementOf(envelope)
      } catch (error) {
        expect((error as Error).message).toMatch(/^(its|it is)/)
      }
    }
  }), { numRuns: 1000, seed: 7 })
})
