import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, syncFolder, writeDurably } from '../durable-file.ts'
import { exportName } from '../export-record.ts'
import type { Sink } from './sink.ts'

/** A folder for each entry, complete or not there. */
export function folderSink(root: string): Sink {
  return {
    name: `folder:${root}`,
    wantsHistory: true,
    async send(stored, files) {
      const target = join(root, exportName(stored))
      if (existsSync(target)) return
      const staging = join(root, `.${exportName(stored)}.tmp`)
      rmSync(staging, { recursive: true, force: true })
      makeFolder(staging)
      for (const { name, content } of await files()) writeDurably(join(staging, name), content)
      renameSync(staging, target)
      syncFolder(root)
    },
  }
}
