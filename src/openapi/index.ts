/** The door of the subpath `fastify-cognito-auth/openapi`. */
export { cognitoOpenApi } from './cognito-open-api.js'
export type { CognitoOpenApiOptions, CognitoSwaggerOptions, ManagedLoginAddresses } from './options.js'
