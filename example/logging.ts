/** What the log must not hold. */
import type { LogLevel } from './config.js'

/** Options of the logger. */
export interface LoggerOptions {
  readonly level: LogLevel
  readonly redact: string[]
}

/**
 * Options for Fastify's logger.
 *
 * The plugin logs no token, and Fastify no header; but @fastify/multipart logs its options, and all headers with
 * them, at the level `trace`.
 */
export function loggerOptions (level: LogLevel): LoggerOptions {
  return { level, redact: ['busboyOptions.headers.authorization', 'busboyOptions.headers.cookie'] }
}
