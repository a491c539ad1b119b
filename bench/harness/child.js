// Child processes that answer questions over their IPC channel.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { serverCommand } from './processors.js'

const patience = 60_000

/**
 * Starts a script of this folder on the server's processor.
 *
 * @returns `ask(command, given)` for the answer of the child, and `stop()`.
 */
export function startChild (script, flags) {
  const [command, ...given] = serverCommand(fileURLToPath(new URL(`../${script}`, import.meta.url)), flags)
  const child = spawn(command, given, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' }
  })
  const exited = once(child, 'exit')
  let questions = 0

  async function ask (command, given) {
    const id = ++questions
    const answered = new Promise((resolve, reject) => {
      const settle = (settler, value) => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        settler(value)
      }
      const onMessage = (message) => {
        if (message.id !== id) return
        if (message.error === undefined) settle(resolve, message.result)
        else settle(reject, new Error(`${script} failed at "${command}": ${message.error}`))
      }
      const onExit = (code, signal) => settle(reject, new Error(`${script} ended at "${command}" with ${code ?? signal}`))
      const timer = setTimeout(() => settle(reject, new Error(`${script} did not answer "${command}" within ${patience} ms`)), patience)
      child.on('message', onMessage)
      child.on('exit', onExit)
    })
    child.send({ id, command, given })
    return answered
  }

  async function stop () {
    child.kill('SIGKILL')
    await exited
  }

  return { ask, stop }
}
