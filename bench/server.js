// One server under test, in a process of its own: started with a name, asked over its IPC channel what it has used.
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { answerCommands } from './harness/answer-commands.js'
import { countVerifications } from './harness/count-verifications.js'
import { keepTickShape } from './harness/keep-tick-shape.js'
import { mainThreadTime } from './harness/main-thread.js'
import { leaveProcessor } from './harness/processors.js'

keepTickShape()

let delays = null
let verifications = () => null
let profiler = null

const commands = {
  async start ({ module, settings }) {
    // Before the server's modules are loaded, or they would hold the functions that do not count.
    if (settings.countVerifications) verifications = countVerifications()
    const { createServer } = await import(module)
    const server = await createServer(settings)
    return { address: await server.listen({ port: 0, host: '127.0.0.1' }) }
  },
  watchDelay () {
    delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    return {}
  },
  async startProfile () {
    // On one processor the time of a thread that is woken would be charged to the function that wakes it.
    leaveProcessor()
    const { Session } = await import('node:inspector/promises')
    profiler = new Session()
    profiler.connect()
    await profiler.post('Profiler.enable')
    await profiler.post('Profiler.setSamplingInterval', { interval: 200 })
    await profiler.post('Profiler.start')
    return {}
  },
  async writeProfile ({ file }) {
    const { profile } = await profiler.post('Profiler.stop')
    writeFileSync(file, JSON.stringify(profile))
    return {}
  },
  usage () {
    const { user, system } = process.cpuUsage()
    return {
      cpu: user + system,
      main: mainThreadTime(),
      utilization: performance.eventLoopUtilization(),
      rss: process.memoryUsage.rss(),
      delay99: delays === null ? null : delays.percentile(99) / 1000,
      verifications: verifications()
    }
  }
}

answerCommands(commands)
