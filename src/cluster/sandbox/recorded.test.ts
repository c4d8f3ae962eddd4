import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { handle } from './http/handler.ts'
import { differences, normalised } from './recorded/compare.ts'
import type { Answer } from './recorded/compare.ts'
import { conversations } from './recorded/index.ts'
import { startSandbox } from './sandbox.ts'

/** What kube-apiserver v1.36.3 answered; recorded by test/cluster/record-sandbox-answers.ts. */
const answers = JSON.parse(brotliDecompressSync(readFileSync(new URL('./recorded/answers.json.br', import.meta.url))).toString('utf8')) as Record<string, Answer[]>

describe('the sandbox answers as a real API server did', () => {
  for (const [name, steps] of Object.entries(conversations)) {
    test(name, async () => {
      const sandbox = startSandbox({ apiOnly: true })
      const ask = async (method: string, path: string, step: { query?: Record<string, string>; contentType?: string; accept?: string; body?: unknown }): Promise<Answer> => {
        const response = handle(sandbox.services, {
          method, path, query: new URLSearchParams(step.query), headers: { accept: step.accept ?? 'application/json', 'content-type': step.contentType ?? 'application/json', 'user-agent': 'recorder/1' },
          ...(step.body === undefined ? {} : { body: typeof step.body === 'string' ? step.body : JSON.stringify(step.body) }),
        })
        await Promise.resolve()
        return { status: response.status, body: response.text ?? JSON.parse(JSON.stringify(response.body)), warnings: response.warnings ?? [] }
      }
      await ask('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } })
      const found: string[] = []
      const list = steps()
      expect(list.length).toBe(answers[name]!.length)
      for (const [i, step] of list.entries()) {
        const real = answers[name]![i]!
        const ours = await ask(step.method, step.path, step)
        const wrong = real.status !== ours.status ? [`status: real ${real.status}, sandbox ${ours.status} ${JSON.stringify((ours.body as { message?: string }).message)}`]
          : step.agree === 'code' ? [] : differences({ body: real.body, warnings: real.warnings }, { body: normalised(ours.body), warnings: ours.warnings })
        found.push(...wrong.filter((w) => step.except === undefined || !step.except.test(w)).map((w) => `${step.title} ${w}`))
      }
      expect(found).toEqual([])
      await sandbox.close()
    })
  }
})
