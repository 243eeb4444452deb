import { describe, expect, it } from 'vitest'

import { ServiceSettings } from '@/lib/contract/service-settings'

import { countEdits, draftOf, updateOf } from './settings-draft'

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

  it('places what is wrong at its field, in the names the server uses', () => {
    const draft = draftOf(saved)
    draft.name = ''
    draft.source.url = 'shop'
    draft.commands.buildCommand = 'npm run a && npm run b'
    draft.health.path = 'health'
    draft.health.intervalS = 'soon'
    draft.drainS = ''
    const result = updateOf(draft, saved)
    if (!('problem' in result)) throw new Error('It was accepted.')
    expect(Object.keys(result.problem.fields).sort()).toEqual(['name', 'settings.buildCommand', 'settings.drainS', 'settings.health.intervalS', 'settings.health.path', 'source.url'])
  })

  it('never changes a template into something else', () => {
    const template = { ...saved, source: { type: 'template' as const, template: 'node-service' } }
    const draft = draftOf(template)
    draft.drainS = '3'
    expect(updateOf(draft, template)).toEqual({ update: { settings: { ...saved.settings, drainS: 3 } } })
  })
})
