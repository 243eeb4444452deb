import { describe, expect, it } from 'vitest'

import { ServiceSettings } from '@/lib/contract/service-settings'

import { contestedFields, countEdits, draftOf, editedText, rebase, updateOf } from './settings-draft'

const saved = { name: 'web', source: { type: 'git' as const, url: 'https://github.com/ada/shop', ref: 'main' }, settings: ServiceSettings.parse({ startCommand: 'node server.js' }) }

describe('settings being edited', () => {
  it('sends nothing when nothing was edited', () => {
    expect(countEdits(draftOf(saved), saved)).toBe(0)
    expect(updateOf(draftOf(saved), saved)).toEqual({ update: {} })
  })

  it('sends only the part that was edited, an emptied field as absent', () => {
    const draft = draftOf(saved)
    draft.source.ref = ' '
    expect(countEdits(draft, saved)).toBe(1)
    expect(updateOf(draft, saved)).toEqual({ update: { source: { type: 'git', url: 'https://github.com/ada/shop' } } })
  })

  it('gives a command back to detection when its field is emptied', () => {
    const draft = draftOf(saved)
    draft.commands.startCommand = ''
    expect(updateOf(draft, saved)).toMatchObject({ update: { settings: { startCommand: null } } })
  })

  it('puts edits on top of what somebody else saved meanwhile: theirs and mine stay, and where both changed it, mine', () => {
    const began = draftOf(saved)
    const draft = { ...draftOf(saved), health: { ...began.health, path: '/mine', failures: '7' } }
    const theirs = { ...saved, settings: ServiceSettings.parse({ startCommand: 'node theirs.js', replicas: 3, health: { failures: 9 } }) }
    const rebased = rebase(draft, began, draftOf(theirs))
    expect(updateOf(rebased, theirs)).toEqual({ update: { settings: ServiceSettings.parse({ startCommand: 'node theirs.js', replicas: 3, health: { path: '/mine', failures: 7 } }) } })
    expect(rebase(began, began, draftOf(theirs))).toEqual(draftOf(theirs))
    expect(contestedFields(draft, began, draftOf(theirs))).toEqual(['Failed checks until unhealthy'])
    expect(editedText(draft, began)).toBe('Health check path: /mine\nFailed checks until unhealthy: 7')
    expect(contestedFields(draft, began, { ...draftOf(saved), health: draft.health })).toEqual([])
  })

  it('places what is wrong at its field, in the names the server uses', () => {
    const draft = draftOf(saved)
    draft.name = ''
    draft.source.url = 'shop'
    draft.commands.buildCommand = 'npm run a && npm run b'
    draft.health.path = 'health'
    draft.health.intervalS = 'soon'
    draft.rollout.drainS = ''
    const result = updateOf(draft, saved)
    if (!('problem' in result)) throw new Error('It was accepted.')
    expect(Object.keys(result.problem.fields).sort()).toEqual(['name', 'settings.buildCommand', 'settings.drainS', 'settings.health.intervalS', 'settings.health.path', 'source.url'])
  })

  it('says what was found', () => {
    const draft = draftOf(saved)
    Object.assign(draft.health, { intervalS: 'soon', timeoutS: '', failures: '1.5', deadlineS: '1', restartAfterS: '99999' })
    const result = updateOf(draft, saved)
    if (!('problem' in result)) throw new Error('It was accepted.')
    expect(result.problem.fields).toEqual({
      'settings.health.intervalS': '"soon" is not a number.',
      'settings.health.timeoutS': 'Give a number.',
      'settings.health.failures': 'Must be a whole number, but 1.5 was given.',
      'settings.health.deadlineS': 'Must be at least 3, but 1 was given.',
      'settings.health.restartAfterS': 'Must be at most 3600, but 99999 was given.',
    })
  })

  it('counts and sends what is switched on, and forgets nothing of what is switched off', () => {
    const draft = draftOf(saved)
    Object.assign(draft.cron, { schedule: '*/5 * * * *', timeZone: 'Europe/Zurich' })
    expect(countEdits(draft, saved)).toBe(0)
    draft.cron.isOn = true
    expect(countEdits(draft, saved)).toBeGreaterThan(0)
    expect(updateOf(draft, saved)).toMatchObject({ update: { settings: { cron: { schedule: '*/5 * * * *', timeZone: 'Europe/Zurich', overlap: 'skip', timeoutS: 3600 }, sleepAfterS: null, guard: null } } })
    draft.cron.isOn = false
    expect(updateOf(draft, saved)).toEqual({ update: {} })
    draft.sleep = { isOn: true, afterS: '60' }
    draft.guard = { isOn: true, minutes: '3' }
    expect(updateOf(draft, saved)).toMatchObject({ update: { settings: { cron: null, sleepAfterS: 60, guard: { minutes: 3 } } } })
  })

  it('marks the fields of settings that contradict each other', () => {
    const draft = draftOf(saved)
    draft.cron.isOn = true
    draft.rollout.replicas = '2'
    draft.sleep.isOn = true
    expect(updateOf(draft, saved)).toMatchObject({ problem: { fields: { 'settings.replicas': expect.any(String), 'settings.sleepAfterS': expect.any(String) } } })
  })

  it('sends everything back as it is but for what was edited', () => {
    const settings = ServiceSettings.parse({
      health: { kind: 'command', command: 'node check.js', successes: 2 },
      restart: { policy: 'on_failure', limit: 4 },
      preDeployCommand: 'npm run migrate',
      rollout: 'replace',
      holdS: 20,
      overlapS: 5,
      sleepAfterS: 300,
      autoDeploy: true,
      accessLines: false,
      guard: { minutes: 7 },
    })
    const draft = draftOf({ ...saved, settings })
    draft.rollout.stopGraceS = '11'
    expect(updateOf(draft, { ...saved, settings })).toEqual({ update: { settings: { ...settings, stopGraceS: 11 } } })
  })

  it('never changes a template into something else', () => {
    const template = { ...saved, source: { type: 'template' as const, template: 'node-service' } }
    const draft = draftOf(template)
    draft.rollout.drainS = '3'
    expect(updateOf(draft, template)).toEqual({ update: { settings: { ...saved.settings, drainS: 3 } } })
  })
})
