// express-oauth2-jwt-bearer on Express, whose own cost is part of what an application pays.
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { answer } from './answer.js'

export async function createServer ({ jwksUri, issuer, clientId }) {
  const app = express()
  app.get('/health', (request, response) => { response.json(answer) })
  app.get('/guarded', auth({ issuer, jwksUri, audience: clientId, tokenSigningAlg: 'RS256' }), (request, response) => { response.json(answer) })
  // Express's own error handler writes a stack to standard error for each refusal.
  app.use((error, request, response, next) => {
    response.status(error.status ?? 500).set(error.headers ?? {}).json({ message: error.message })
  })
  return {
    listen: ({ port, host }) => new Promise((resolve) => {
      const server = app.listen(port, host, () => resolve(`http://${host}:${server.address().port}`))
    })
  }
}
