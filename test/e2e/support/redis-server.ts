/** A Redis server of the test's own, on a free port, that can be killed and started again with or without its data. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../../support/free-port.js'

export interface RedisServer {
  readonly port: number
  /** Ends it without a word, as a machine does that loses its power. */
  kill (): Promise<void>
  start (): Promise<void>
  /** Throws away what it has written to its disk; only while it is down. */
  forget (): Promise<void>
}

/** Starts a server that writes every change to its disk before it answers; it ends with the test at the latest. */
export async function startRedis (t: Test): Promise<RedisServer> {
  const folder = t.testdir({})
  const port = await freePort()
  let server: ChildProcess | null = null

  async function start (): Promise<void> {
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'], { stdio: ['ignore', 'pipe', 'inherit'] })
    server = child
    let printed = ''
    await new Promise<void>((resolve, reject) => {
      child.once('error', (cause) => reject(new Error('redis-server cannot be started; apt-get install redis-server', { cause })))
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${String(code)}: ${printed}`)))
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        if (printed.includes('Ready to accept connections')) resolve()
      })
    })
  }

  async function kill (): Promise<void> {
    if (server === null) return
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : Promise.resolve()
    server.kill('SIGKILL')
    await ended
    server = null
  }

  t.teardown(kill)
  process.once('exit', () => { server?.kill('SIGKILL') })
  await start()
  return { port, kill, start, forget: () => rm(join(folder, 'appendonlydir'), { recursive: true, force: true }) }
}
