/** Whether a verified user may make a request: first what data can say, then what the application's own checks say. */
import type { FastifyRequest } from 'fastify'
import { isClientError } from '../errors/client-error.js'
import { failure, isFailure, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { judgeRights } from '../routes/guards.js'
import { helpingScopes } from '../routes/helping-scopes.js'
import type { Alternatives, Check, CompiledRequirement } from '../routes/requirement.js'
import { isPromiseLike, withinBound } from '../time/bounded.js'
import type { Clock } from '../time/clock.js'
import type { VerifiedToken } from '../verifier/token-verifier.js'

/** An error that a check has thrown to be answered as it is. */
export interface OwnAnswer {
  readonly answer: Error
}

/** What refuses a request; `null` if nothing does. */
export type Verdict = Failure | OwnAnswer | null

/** Who asks for what, and when. */
interface Scene {
  readonly verified: Pick<VerifiedToken, 'principal' | 'user'>
  readonly request: FastifyRequest
  readonly clock: Clock
  /** The requirements that have held so far, with their checks. */
  readonly held: CompiledRequirement[]
  /** The requirements whose own check has refused. */
  readonly refused: Set<CompiledRequirement>
}

/** Judges a request by a requirement; at once, unless there is a `check` and everything else holds. */
export function judgeRequest (requirement: CompiledRequirement, verified: Scene['verified'], request: FastifyRequest, clock: Clock): Verdict | Promise<Verdict> {
  const { principal } = verified
  const lack = judgeRights(principal, requirement, request, clock)
  if (lack === null && !requirement.hasChecks) return null
  const scene: Scene = { verified, request, clock, held: [], refused: new Set() }
  return lack === null ? askAndJudgeAgain(requirement, scene) : withScopes(lack, requirement, scene)
}

// A check may take seconds: the sign-in may be older than `maxAge` by then.
async function askAndJudgeAgain (requirement: CompiledRequirement, scene: Scene): Promise<Verdict> {
  const verdict = await askChecks(requirement, scene)
  const { verified: { principal }, request, clock, held } = scene
  if (verdict !== null) return isFailure(verdict) ? withScopes(verdict, requirement, scene) : verdict
  return held.map((one) => judgeRights(principal, one, request, clock)).find((lack) => lack !== null) ?? null
}

/** A 403 with the scopes that would do; any other refusal as it is. */
function withScopes (lack: Failure, requirement: CompiledRequirement, { verified: { principal }, request, clock, refused }: Scene): Failure {
  const { code, reason, ...details } = lack
  return code === 'FST_COGNITO_FORBIDDEN'
    ? failure(code, reason, { ...details, scopes: helpingScopes(principal, requirement, request, clock, refused) })
    : lack
}

/** Asks the checks of a requirement that holds but for them; its own one last. */
async function askChecks (requirement: CompiledRequirement, scene: Scene): Promise<Verdict> {
  const { anyOf, check } = requirement
  const within = anyOf === null ? null : await askAlternatives(anyOf, scene)
  const verdict = within !== null || check === null ? within : await askCheck(check, scene)
  if (verdict === null) scene.held.push(requirement)
  else if (within === null) scene.refused.add(requirement)
  return verdict
}

async function askAlternatives ({ requirements, refusal }: Alternatives, scene: Scene): Promise<Verdict> {
  const { verified: { principal }, request, clock } = scene
  const lacks = requirements.map((one) => judgeRights(principal, one, request, clock))
  const open = requirements.filter((_one, at) => lacks[at] === null)
  const unconditional = open.find(({ hasChecks }) => !hasChecks)
  if (unconditional !== undefined) {
    scene.held.push(unconditional)
    return null
  }
  const verdicts: Array<Failure | OwnAnswer> = lacks.filter((lack) => lack !== null)
  for (const one of open) {
    const verdict = await askChecks(one, scene)
    if (verdict === null) return null
    verdicts.push(verdict)
  }
  return weigh(verdicts) ?? refusal
}

/** Of the refusals of all alternatives the one to give, if any says more than that none of them holds. */
function weigh (verdicts: ReadonlyArray<Failure | OwnAnswer>): Verdict {
  const isOf = (code: Failure['code']) => (verdict: Failure | OwnAnswer): boolean => isFailure(verdict) && verdict.code === code
  // One that could not be decided might have let the request in.
  return verdicts.find(isOf('FST_COGNITO_UNAVAILABLE')) ??
    verdicts.find((verdict) => !isFailure(verdict)) ??
    verdicts.find(isOf('FST_COGNITO_REAUTHENTICATION_REQUIRED')) ?? null
}

async function askCheck ({ ask, refusal }: Check, { verified, request }: Scene): Promise<Verdict> {
  try {
    const answer = ask(verified.user, request)
    const agrees: unknown = isPromiseLike(answer) ? await withinBound('check', answer) : answer
    return agrees === true ? null : refusal
  } catch (cause) {
    return isClientError(cause) ? { answer: cause } : unavailable('check', cause)
  }
}
