import { expect, it } from 'vitest'

import { registeredName, suffixThatItIs } from './registered-name'

it.each([
  ['www.example.co.uk', 'example.co.uk', null],
  ['example.com', 'example.com', null],
  ['*.example.com', 'example.com', null],
  ['co.uk', null, 'co.uk'],
  ['*.co.uk', null, 'co.uk'],
  ['github.io', null, 'github.io'],
  ['me.github.io', 'me.github.io', null],
  ['shop.xn--zckzah.com', 'xn--zckzah.com', null],
])('%s was registered as %s', (name, registered, suffix) => {
  expect([registeredName(name), suffixThatItIs(name)]).toEqual([registered, suffix])
})
