/** The door of the subpath `fastify-cognito-auth/telemetry/opentelemetry`. */
export { recordMetrics } from './otel-metrics.js'
export { cognitoTraces } from './otel-traces.js'
export type { CognitoTracesOptions } from './otel-traces.js'
