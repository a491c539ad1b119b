// What is compared: each as a user would set it up. "packaged" are those that one installs instead of ours.

/** The servers, by the name that tables and `--peers` use. */
export const peers = {
  open: { title: 'open route', module: 'open.js' },
  ours: { title: 'fastify-cognito-auth', module: 'ours.js' },
  'fastify-jwt': { title: '@fastify/jwt, static key, cache', module: 'fastify-jwt.js', packaged: true, settings: { cache: true } },
  'fastify-jwt-10k': { title: '@fastify/jwt, static key, cache raised to 10,000', module: 'fastify-jwt.js', settings: { cache: 10_000 } },
  'fastify-jwt-uncached': { title: '@fastify/jwt, static key, no cache', module: 'fastify-jwt.js', packaged: true, settings: { cache: false } },
  'fastify-jwt-jwks': { title: 'fastify-jwt-jwks, cache', module: 'fastify-jwt-jwks.js', packaged: true },
  'aws-jwt-verify': { title: 'aws-jwt-verify', module: 'aws-jwt-verify.js', packaged: true },
  'express-oauth2-jwt-bearer': { title: 'express-oauth2-jwt-bearer', module: 'express-oauth2-jwt-bearer.js', packaged: true },
  'by-hand': { title: 'jose and lru-cache by hand', module: 'by-hand.js' }
}

const all = Object.keys(peers)
const everyone = all.filter((name) => name !== 'fastify-jwt-10k')

/** Ours with a route that asks for more than a user; the tokens' user is in the group `Auditors`. */
const rights = {
  'rights-groups': { title: 'any of two groups', auth: { groups: ['Admins', 'Auditors'] } },
  'rights-names': { title: 'groups any, all and none', auth: { groups: { any: ['Admins', 'Auditors'], all: ['Auditors'], none: ['Barred'] } } },
  'rights-any-of': { title: 'anyOf of three, the last one holds', auth: { anyOf: [{ groups: ['Admins'] }, { groups: ['Owners'] }, { groups: ['Auditors'] }] } }
}
for (const [name, { title, auth }] of Object.entries(rights)) peers[name] = { title, module: 'ours.js', settings: { auth } }

/** Ours with what is not there unless one asks for it. */
const extras = {
  'with-prometheus': { title: 'with metrics for Prometheus', watch: true },
  'with-resolver': { title: 'with pools that are known only at run time', resolved: true },
  'with-list': { title: 'with a list of 100,000 revoked sign-ins', revocations: 100_000 },
  'with-ask': { title: "with the list, revocation: 'ask'", revocations: 100_000, auth: { revocation: 'ask' } }
}
for (const [name, { title, ...settings }] of Object.entries(extras)) peers[name] = { title, module: 'ours.js', settings }

/**
 * The workloads. `tokens` names one of the sets that main.js makes; `statuses` are what a guarded server may answer.
 *
 * - `size`: how many of the set are used; all by default
 * - `isNearOne`: close to the open route, so the difference needs more rounds
 * - `isNew`: each token is sent once, so the window ends with them
 * - `path`: the route that is asked for, in place of the guarded one
 * - `isFlood`: goes by time, with `/health` asked for meanwhile
 */
export const workloads = {
  hot: { title: 'one hot token', tokens: 'valid', size: 1, isNearOne: true, statuses: [200], peers: everyone },
  'rotation-1k': { title: '1,000 tokens in rotation', tokens: 'valid', size: 1_000, isNearOne: true, statuses: [200], peers: everyone },
  'rotation-10k': { title: '10,000 tokens in rotation', tokens: 'valid', size: 10_000, isNearOne: true, statuses: [200], peers: all },
  new: { title: 'every token new', tokens: 'valid', isNew: true, statuses: [200], peers: everyone },
  'bad-signature': { title: 'bad signatures, all different', tokens: 'badSignatures', statuses: [401], peers: everyone },
  garbage: { title: 'garbage', tokens: 'garbage', statuses: [401], peers: everyone },
  'unknown-kid': { title: 'unknown kid, all different', tokens: 'unknownKeys', statuses: [401], peers: everyone },
  rights: { title: 'rights: one hot token', tokens: 'valid', size: 1, isNearOne: true, statuses: [200], peers: ['open', ...Object.keys(rights)] },
  extras: { title: 'one hot token, with what one may add', tokens: 'valid', size: 1, isNearOne: true, statuses: [200], peers: ['open', 'ours', ...Object.keys(extras)] },
  public: { title: 'public route', tokens: 'valid', size: 1_000, path: '/health', isNearOne: true, statuses: [200], peers: ['open', 'ours'] },
  flood: { title: '/health in a flood of bad signatures', tokens: 'badSignatures', statuses: [401], peers: everyone, isFlood: true }
}
