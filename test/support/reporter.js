// A tap reporter: one line per test file and every failure while it runs; the totals as the last line of the process.
import { Transform } from 'node:stream'
import { Parser } from 'tap-parser'

export default class SummaryReporter extends Transform {
  #parser = new Parser()
  #passed = 0
  #failed = 0

  constructor () {
    super()
    this.#watch(this.#parser, [])
    this.#parser.on('complete', (results) => {
      // A plan not kept or a crashed file fails the run even where no single assertion did.
      if (!results.ok && this.#failed === 0) this.#failed = 1
    })
    process.once('exit', () => process.stdout.write(`${this.#passed} passed, ${this.#failed} failed\n`))
  }

  _transform (chunk, _encoding, done) {
    this.#parser.write(chunk)
    done()
  }

  _flush (done) {
    this.#parser.end()
    done()
  }

  #watch (parser, path) {
    let subtests = 0
    parser.on('child', (child) => {
      subtests++
      this.#watch(child, [...path, child.name])
    })
    parser.on('bailout', (reason) => {
      this.#failed++
      this.push(`BAIL OUT ${path.join(' > ')} ${reason}\n`)
    })
    parser.on('assert', (result) => {
      // A subtest is also one assertion of its parent: only leaves count, unless the subtest failed on its own (a time-out, a broken plan).
      const isSubtest = subtests > 0
      if (isSubtest) subtests--
      this.#count(result, path, isSubtest)
      // A file is a test of the process that it shares with others, or of the whole run.
      if (path.length === 0 || result.name.endsWith('.test.ts')) this.push(`${result.ok ? 'ok' : 'NOT OK'} ${result.name}\n`)
    })
  }

  #count (result, path, isSubtest) {
    if (result.ok && !isSubtest) this.#passed++
    if (result.ok || isSubtest) return
    this.#failed++
    this.push(`FAIL ${[...path, result.name].filter(Boolean).join(' > ')}\n`)
    if (result.diag) this.push(`${JSON.stringify(result.diag, null, 2)}\n`)
  }
}
