// What the project has promised itself, and whether a run kept it. All from the medians of one run.
import { judgeColdStart } from '../cold-start/report.js'
import { peers } from './peers.js'
import { worstOf } from './worst.js'

/**
 * Judges a run.
 *
 * `ofOpen` is the open route's CPU per request divided by ours: the share of its requests that the guarded route can
 * serve. `ofPeer` is the best packaged peer's divided by ours.
 */
export function judge ({ medians, sharing, heap, coldStart, worst }) {
  const rows = []

  const add = (title, value, { atLeast, atMost }, format) => {
    const isReached = atLeast === undefined ? value <= atMost : value >= atLeast
    rows.push({ title, value: format(value), target: atLeast === undefined ? `≤ ${format(atMost)}` : `≥ ${format(atLeast)}`, isReached })
  }
  const ofOpen = (name, title, atLeast) => {
    const all = medians[name]
    if (all?.open !== undefined && all.ours !== undefined) add(`${title}: of the open route`, all.open.cpu / all.ours.cpu, { atLeast }, ratio)
  }
  const ofPeer = (name, title, atLeast) => {
    const best = bestPackaged(medians[name])
    if (best !== null) add(`${title}: of the best packaged peer (${peers[best].title})`, medians[name][best].cpu / medians[name].ours.cpu, { atLeast }, times)
  }

  ofOpen('hot', 'hot token', 0.92)
  ofPeer('hot', 'hot token', 2.1)
  ofOpen('rotation-1k', '1,000 tokens', 0.86)
  ofPeer('rotation-1k', '1,000 tokens', 2.0)
  ofOpen('rotation-10k', '10,000 tokens', 0.82)
  ofPeer('rotation-10k', '10,000 tokens', 4.5)
  ofPeer('new', 'all new', 1.3)
  const fresh = medians.new
  if (fresh?.ours?.main > 0 && fresh['aws-jwt-verify'] !== undefined) {
    add('all new: main thread, of aws-jwt-verify\'s', fresh.ours.main / fresh['aws-jwt-verify'].main, { atMost: 0.5 }, ratio)
  }
  ofPeer('bad-signature', 'bad signatures', 1.4)
  const bad = medians['bad-signature']
  if (bad?.ours !== undefined && bad['by-hand'] !== undefined) {
    add('bad signatures: of jose by hand', bad['by-hand'].cpu / bad.ours.cpu, { atLeast: 1.4 }, times)
  }
  ofOpen('garbage', 'garbage', 0.7)
  ofPeer('garbage', 'garbage', 2)
  ofOpen('unknown-kid', 'unknown kid', 0.7)
  ofPeer('unknown-kid', 'unknown kid', 3)
  ofOpen('public', 'public route, plugin registered', 0.97)
  const rights = medians.rights
  for (const [name, title, atLeast] of [['rights-names', 'any, all and none', 0.99], ['rights-any-of', 'anyOf of three', 0.97]]) {
    if (rights?.[name] !== undefined && rights['rights-groups'] !== undefined) {
      add(`rights, ${title}: of any of two groups`, rights['rights-groups'].cpu / rights[name].cpu, { atLeast }, ratio)
    }
  }
  const flood = medians.flood
  if (flood?.ours !== undefined && flood['by-hand'] !== undefined) {
    add('/health p99 in a flood: of jose by hand', flood.ours.health99 / flood['by-hand'].health99, { atMost: 1 }, ratio)
  }
  if (sharing !== null) {
    add('100 requests, one cold token: verifications', sharing.perToken, { atMost: 1 }, String)
    add('100 requests, one cold token: less CPU than apart', sharing.apart / sharing.shared, { atLeast: 15 }, times)
  }
  for (const { entries, ours } of heap) {
    add(`heap per cached token at ${entries.toLocaleString('en')}`, ours, { atMost: 2.1 * 1024 }, kilobytes)
  }
  if (worst !== null) {
    const { cost, besideAws, growth } = worstOf(worst)
    add(`worst token (${cost.title}): of a bad signature`, cost.value, { atMost: 7 }, times)
    add(`worst token (${besideAws.title}): of aws-jwt-verify`, besideAws.value, { atMost: 1 }, ratio)
    add(`worst token (${growth.title}): of half the length`, growth.value, { atMost: 2.5 }, times)
  }
  return coldStart === null ? rows : [...rows, ...judgeColdStart(coldStart)]
}

/** The packaged peer that costs least, if it and ours were measured. */
export function bestPackaged (all) {
  if (all?.ours === undefined) return null
  const names = Object.keys(all).filter((name) => peers[name].packaged === true)
  return names.reduce((best, name) => (best === null || all[name].cpu < all[best].cpu ? name : best), null)
}

const ratio = (value) => value.toFixed(2)
const times = (value) => `${value.toFixed(2)} ×`
const kilobytes = (value) => `${(value / 1024).toFixed(2)} KB`
