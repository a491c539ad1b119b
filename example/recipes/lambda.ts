/** AWS Lambda behind API Gateway: events of an HTTP API and of a REST API, and keys that came with the deployment. */
import awsLambdaFastify from '@fastify/aws-lambda'
import Fastify from 'fastify'
import cognitoAuth, { getUser } from '../../src/index.js'
import type { CognitoAuthOptions, JsonWebKeySet } from '../../src/index.js'

/** An event of API Gateway, as far as it is told apart here. */
export interface GatewayEvent {
  readonly requestContext: { readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, string>> } } }
}

/** What API Gateway answers with. */
export interface GatewayAnswer {
  readonly statusCode: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The handler of a function. With `jwks` nothing is fetched: `curl -f {issuer}/.well-known/jwks.json > jwks.json` in the build, and
 * a deployment when Cognito's keys change. Without, the first event waits for one fetch, unless `ready` is awaited at the start.
 */
export async function createHandler (pool: CognitoAuthOptions, jwks?: JsonWebKeySet): Promise<(event: GatewayEvent) => Promise<GatewayAnswer>> {
  const app = Fastify()
  await app.register(cognitoAuth, { ...pool, ...(jwks === undefined ? {} : { jwks }) } as CognitoAuthOptions)
  app.get('/me', { config: { auth: 'required' } }, async (request) => {
    const { sub, groups } = getUser(request)
    // Of the token itself. An authorizer of the gateway hands groups on as the text "[Admins Auditors]", from which the group
    // "Admins Auditors" cannot be told: nothing of requestContext.authorizer is looked at here.
    return { sub, groups }
  })
  app.get('/admin', { config: { auth: { groups: ['Admins'] } } }, async () => 'for administrators')
  const handle = awsLambdaFastify(app)
  await app.ready()
  if (jwks === undefined) await app.cognitoAuth.ready({ timeout: 5_000 }).catch((error: unknown) => app.log.warn(error))
  return async (event) => handle(event, {})
}
