import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { writeCase } from '../kustomize/run-case.ts'
import { helmCases } from '../kustomize/helm-cases.ts'

/** Charts of a kustomization: `kustomize build --enable-helm` with the real Helm, beside `pintle kustomize build --enable-helm`. */
const kustomize = await ensureTool('kustomize')
const helm = await ensureTool('helm')

describe.skipIf(kustomize === undefined || helm === undefined)('helmCharts beside the real kustomize and Helm', () => {
  for (const one of helmCases) {
    it(one.name, async () => {
      const parent = await mkdtemp(join(tmpdir(), 'kustomize-helm-case-'))
      try {
        const root = await writeCase(one, parent)
        const env = { PATH: process.env.PATH ?? '', HOME: parent }
        const made = (program: string, args: readonly string[]) => {
          const { status, stdout, stderr } = spawnSync(program, [...args, join(root, one.build ?? '.')], { env })
          return { failed: status !== 0, output: stdout.toString(), errors: stderr.toString().replace(/\n?^hint: .*\n/gm, '') }
        }
        const real = made(kustomize!, ['build', ...one.flags!, '--helm-command', helm!])
        expect(made(process.execPath, [pintle, 'kustomize', 'build', ...one.flags!])).toEqual(real)
      } finally {
        await rm(parent, { recursive: true })
      }
    })
  }

  it('fetches charts of a repository', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'kustomize-helm-repo-'))
    const served = join(parent, 'served')
    const server = createServer((request, response) => {
      readFile(join(served, request.url!.slice(1))).then((bytes) => response.end(bytes), () => response.writeHead(404).end())
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const run = (program: string, args: readonly string[]) => new Promise<{ failed: boolean; output: string; errors: string }>((done) => {
      execFile(program, args, { env: { PATH: process.env.PATH ?? '', HOME: parent } }, (error, output, errors) => done({ failed: error !== null, output, errors }))
    })
    try {
      await mkdir(join(parent, 'shop/templates'), { recursive: true })
      await writeFile(join(parent, 'shop/values.yaml'), '# values\na: one # c\nb: {c: [1, 2]}\n')
      await writeFile(join(parent, 'shop/templates/c.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-c"}\ndata:\n  a: {{ .Values.a }}\n  version: {{ .Chart.Version }}\n  b: {{ .Values.b | toJson | quote }}\n')
      for (const version of ['0.1.0', '0.2.0']) {
        await writeFile(join(parent, 'shop/Chart.yaml'), `apiVersion: v2\nname: shop\nversion: ${version}\n`)
        expect(await run(helm!, ['package', join(parent, 'shop'), '-d', served])).toMatchObject({ failed: false })
      }
      expect(await run(helm!, ['repo', 'index', served, '--url', url])).toMatchObject({ failed: false })
      const charts = [
        `[{name: shop, repo: "${url}", version: 0.1.0, releaseName: r}]`,
        `[{name: shop, repo: "${url}", releaseName: r, valuesInline: {a: two, b: {d: 3}}}]`,
        `[{name: shop, repo: "${url}", version: ^0.1.0, valuesMerge: replace, valuesInline: {a: two}}]`,
        `[{name: shop, repo: "${url}", version: 0.1.0, releaseName: one}, {name: shop, repo: "${url}", version: 0.2.0, releaseName: two}]`,
        `[{name: shop, repo: "${url}", version: 9.9.9}]`,
      ]
      for (const [at, list] of charts.entries()) {
        await mkdir(join(parent, `real${at}`))
        await writeFile(join(parent, `real${at}/kustomization.yaml`), `helmCharts: ${list}\nnamePrefix: p-\n`)
        await cp(join(parent, `real${at}`), join(parent, `own${at}`), { recursive: true })
        const real = await run(kustomize!, ['build', '--enable-helm', '--helm-command', helm!, join(parent, `real${at}`)])
        const own = await run(process.execPath, [pintle, 'kustomize', 'build', '--enable-helm', join(parent, `own${at}`)])
        // Helm's words are the same; kustomize adds the command it ran.
        const words = ({ errors }: { errors: string }) => errors.replace(/^: unable to run: [^]*/m, '')
        expect({ ...own, errors: words(own) }, list).toEqual({ ...real, errors: words(real) })
      }
    } finally {
      server.close()
      await rm(parent, { recursive: true })
    }
  })
})
