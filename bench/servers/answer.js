// What every server answers, so that the servers differ in nothing but the check of the token.

export const answer = { status: 'ok' }

/** Declares the two routes that every Fastify server has; `guard` holds the options of the guarded one. */
export function addRoutes (app, guard) {
  app.get('/health', async () => answer)
  app.get('/guarded', guard, async () => answer)
  return app
}
