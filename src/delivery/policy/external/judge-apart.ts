import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'
import { parseQuantity } from '../../../cluster/kube/index.ts'
import { judgeRule, workerLimits, type WorkerAnswer, type WorkerInput, type WorkerRule } from './worker.ts'

/** Milliseconds one rule may take, and the first one with the start of the thread and the loading of a library. */
const perRule = 5000
const start = 5000

/** What the thread runs: judgeRule from its text, over the packages of this installation. */
const program = `
const { workerData: { from, rules, input, limits, port, shared } } = require('node:worker_threads')
const requireHere = require('node:module').createRequire(from)
const judgeRule = ${String(judgeRule)}
const parseQuantity = ${String(parseQuantity)}
const tools = { cel: () => requireHere('@marcbachmann/cel-js'), opa: () => requireHere('@open-policy-agent/opa-wasm'), parseQuantity }
const flag = new Int32Array(shared)
for (const rule of rules) {
  let answer
  try {
    answer = judgeRule(rule, input, tools, limits)
  } catch (error) {
    answer = { failure: String(error?.message ?? error).split('\\n')[0].slice(0, 500) }
  }
  port.postMessage({ id: rule.id, answer })
  Atomics.add(flag, 0, 1)
  Atomics.notify(flag, 0)
}
`

/**
 * Judges rules in a thread of their own, waiting for it: an expression or program that does not end, or eats memory, costs its own verdict and a few seconds. The thread has
 * no environment. Never throws for a rule: what happened to it is its answer.
 */
export function judgeApart(rules: readonly WorkerRule[], input: WorkerInput, times: { readonly perRule: number; readonly start: number } = { perRule, start }): Map<string, WorkerAnswer> {
  const answers = new Map<string, WorkerAnswer>()
  let left = rules
  while (left.length > 0) {
    judgeUntilStuck(left, input, times, answers)
    const stuck = left.find((r) => !answers.has(r.id))
    if (stuck !== undefined) answers.set(stuck.id, { failure: `it did not end within ${times.perRule / 1000} s, or needs too much memory` })
    left = left.filter((r) => !answers.has(r.id))
  }
  return answers
}

function judgeUntilStuck(rules: readonly WorkerRule[], input: WorkerInput, times: { readonly perRule: number; readonly start: number }, answers: Map<string, WorkerAnswer>): void {
  const { port1, port2 } = new MessageChannel()
  const shared = new SharedArrayBuffer(4)
  const flag = new Int32Array(shared)
  const worker = new Worker(program, {
    eval: true, env: {}, workerData: { from: import.meta.url, rules, input, limits: workerLimits, port: port2, shared }, transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 }, stdout: true, stderr: true,
  })
  // A thread that dies says so here, after the wait; its rule has no answer then.
  worker.on('error', () => {})
  try {
    for (let done = 0; done < rules.length; done++) {
      if (Atomics.load(flag, 0) <= done && Atomics.wait(flag, 0, done, times.perRule + (done === 0 ? times.start : 0)) === 'timed-out') return
      const received = receiveMessageOnPort(port1)?.message as { id: string; answer: WorkerAnswer } | undefined
      if (received === undefined) return
      answers.set(received.id, received.answer)
    }
  } finally {
    port1.close()
    void worker.terminate()
  }
}

