/** No token gets in that jose or AWS's own verifier keeps out; and where we alone refuse, the table says why. */
import fc from 'fast-check'
import t from 'tap'
import type { Reason } from '../../src/index.js'
import { makeToken, now, recipesFor } from './generated-token.js'
import type { Recipe } from './generated-token.js'
import { configurations, createJudge } from './judges.js'

const seed = Number(process.env.DIFFERENTIAL_SEED ?? 20_260_601)
const tokensPerConfiguration = 1_500

interface Strictness {
  readonly name: string
  readonly why: string
  readonly reasons: readonly Reason[]
  /** Whether the token has what this is about: a refusal for a reason that nothing in the token gives is no strictness but a fault. */
  readonly isAbout: (recipe: Recipe) => boolean
  /** One such token, which both others accept: no row may claim what nobody has seen. */
  readonly example: Partial<Recipe>
}

const touches = (changes: Recipe['claims'], ...names: string[]): boolean => changes.some(([name]) => names.includes(name))

const stricter: readonly Strictness[] = [
  {
    name: 'another spelling of the same bytes',
    why: 'one token has one spelling, or a list of revoked tokens could be walked around (RFC 7515 §2, RFC 4648 §3.5)',
    reasons: ['format'],
    isAbout: ({ spelling }) => spelling !== 'plain',
    example: { spelling: 'alias in part 2' }
  },
  {
    name: 'JSON that parsers read differently, or deep',
    why: 'which of two equal names counts differs from parser to parser (RFC 8725 §2.4); depth is bounded so that work is',
    reasons: ['header', 'payload'],
    isAbout: ({ writing }) => ['same member twice', 'other member before', 'other member after', 'deep member', 'byte order mark', 'no UTF-8'].includes(writing),
    example: { writing: 'same member twice' }
  },
  {
    name: 'member names that are written with escapes',
    why: 'Cognito writes none, and the parser of some Node.js versions takes one for another',
    reasons: ['header', 'payload'],
    isAbout: ({ writing }) => writing === 'escaped letters',
    example: { writing: 'escaped letters' }
  },
  {
    name: 'a very long token',
    why: 'the length is what bounds all other work',
    reasons: ['length'],
    isAbout: ({ writing }) => writing === 'long',
    example: { writing: 'long' }
  },
  {
    name: 'a header with an extension',
    why: 'no extension is understood, so none may be critical; jose understands b64, AWS\'s verifier looks at neither (RFC 7515 §4.1.11)',
    reasons: ['critical'],
    isAbout: ({ header }) => touches(header, 'crit', 'b64'),
    example: { header: [['b64', true]] }
  },
  {
    name: 'a type that does not fit',
    why: 'the type marks tokens made for another use (RFC 8725 §3.11)',
    reasons: ['type'],
    isAbout: ({ header }) => touches(header, 'typ'),
    example: { header: [['typ', 'dpop+jwt']] }
  },
  {
    name: 'a sender-constrained token',
    why: 'sent as a plain bearer token it has lost its proof (RFC 7800 §3.1, RFC 9449 §7.2)',
    reasons: ['confirmation'],
    isAbout: ({ claims }) => touches(claims, 'cnf'),
    example: { claims: [['cnf', { jkt: 'x' }]] }
  },
  {
    name: 'no subject',
    why: 'the subject is the identity; neither verifier asks for it',
    reasons: ['subject'],
    isAbout: ({ claims }) => touches(claims, 'sub'),
    example: { claims: [['sub', undefined]] }
  },
  {
    name: 'names and groups of a kind that Cognito never writes',
    why: 'a string where a list of groups is expected is how a part of a name comes to match',
    reasons: ['username', 'groups'],
    isAbout: ({ claims }) => touches(claims, 'username', 'cognito:username', 'cognito:groups'),
    example: { claims: [['cognito:groups', 'Admins']] }
  },
  {
    name: 'issued in the future, or at no time',
    why: 'no clock of ours and Cognito\'s is that far apart; neither verifier looks at iat without being told a longest age',
    reasons: ['issued_at'],
    isAbout: ({ claims }) => touches(claims, 'iat'),
    example: { claims: [['iat', now + 3_000]] }
  },
  {
    name: 'no end, or one that Cognito does not give',
    why: 'both accept a token without exp; Cognito gives none a life of more than a day, so a longer one is a time in milliseconds or forged',
    reasons: ['lifetime'],
    isAbout: ({ claims }) => touches(claims, 'exp', 'iat'),
    example: { claims: [['exp', undefined]] }
  },
  {
    name: 'within the last second',
    why: 'a fraction of a second never counts in favour of the token; jose rounds the present down',
    reasons: ['expired'],
    isAbout: ({ claims }) => touches(claims, 'exp'),
    example: { claims: [['exp', now - 4.5]] }
  }
]

const usualRecipe: Recipe = { kind: 'access', claims: [], header: [], writing: 'plain', spelling: 'plain', isSpeltFirst: false, isForged: false }
// Half a second into the second, to see how each treats fractions.
const clock = { now: () => now * 1000 + 500, monotonic: () => 0 }

function explain (recipe: Recipe, ours: Reason): string | undefined {
  return stricter.find(({ reasons, isAbout }) => reasons.includes(ours) && isAbout(recipe))?.name
}

// AWS's verifier takes no clock, so it is given ours.
t.beforeEach((t) => { t.intercept(Date, 'now', { value: clock.now }) })

t.test('is stricter than both in every way that the table names', async (t) => {
  const judge = createJudge(configurations[0], clock)
  for (const { name, why, example } of stricter) {
    const recipe = { ...usualRecipe, ...example }
    const { ours, jose, aws } = await judge(makeToken(recipe, {}))
    t.strictSame({ jose, aws, name: ours === null ? null : explain(recipe, ours) }, { jose: true, aws: true, name }, `${name}: ${why}`)
  }
})

t.test('agrees with jose and AWS\'s verifier on generated tokens, or is stricter for a reason of the table', async (t) => {
  t.comment(`seed ${seed}, ${tokensPerConfiguration} tokens for each of ${configurations.length} configurations`)
  const timesStricter = new Map(stricter.map(({ name }) => [name, 0]))

  for (const configuration of configurations) {
    const { name, kinds, usual } = configuration
    const judge = createJudge(configuration, clock)
    const count = { 'all three accept': 0, 'all three refuse': 0, 'only jose accepts': 0, 'only AWS accepts': 0, 'only we refuse': 0 }
    const laxer: unknown[] = []
    const unexplained: unknown[] = []
    for (const recipe of fc.sample(recipesFor(kinds), { seed, numRuns: tokensPerConfiguration })) {
      const { ours, jose, aws } = await judge(makeToken(recipe, usual))
      if (ours === null) {
        if (jose && aws) count['all three accept']++
        else laxer.push({ recipe, jose, aws })
      } else if (jose && aws) {
        count['only we refuse']++
        const row = explain(recipe, ours)
        if (row === undefined) unexplained.push({ recipe, ours })
        else timesStricter.set(row, (timesStricter.get(row) ?? 0) + 1)
      } else {
        count[jose ? 'only jose accepts' : aws ? 'only AWS accepts' : 'all three refuse']++
      }
    }
    t.strictSame(laxer, [], `${name}: we accept nothing that either refuses`)
    t.strictSame(unexplained, [], `${name}: where only we refuse, the table says why`)
    t.ok(count['all three accept'] > tokensPerConfiguration / 4, `${name}: enough tokens are good`)
    t.comment(`${name}: ${Object.entries(count).map(([what, times]) => `${what} ${times}`).join(', ')}, laxer ${laxer.length}`)
  }
  for (const [name, times] of timesStricter) t.comment(`stricter: ${name}: ${times}`)
})
