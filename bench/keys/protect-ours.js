// This package, as it is built or as it was: FASTIFY_COGNITO_AUTH names the file.
const { default: cognitoAuth } = await import(process.env.FASTIFY_COGNITO_AUTH)

export async function protect (app, options) {
  await app.register(cognitoAuth, options)
  app.get('/guarded', { config: { auth: 'required' } }, async () => 'ok')
}
