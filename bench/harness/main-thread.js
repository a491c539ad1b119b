// The CPU time of the thread that runs JavaScript, apart from the thread pool and the garbage collector's helpers.
import { readFileSync } from 'node:fs'

const path = `/proc/self/task/${process.pid}/schedstat`

/** Microseconds of CPU that the main thread has used, or `null` where the kernel does not say. */
export function mainThreadTime () {
  // The file alone is as old as the kernel's last tick, up to 4 ms; this has it bring its books up to date.
  process.cpuUsage()
  try {
    return Number(readFileSync(path, 'latin1').split(' ', 1)[0]) / 1000
  } catch {
    return null
  }
}
