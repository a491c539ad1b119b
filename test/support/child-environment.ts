/**
 * The environment of a child process that tsx compiles for: that of this process without coverage.
 *
 * The test runner has its coverage taken in every child, whatever environment it is given. What tsx compiles counts
 * as covered from the first to the last line, which would hide what no test runs.
 */
export function childEnvironment (more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  return { PATH: process.env.PATH, _TAPJS_PROCESSINFO_COVERAGE_: '0', ...more }
}
