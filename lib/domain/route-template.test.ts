import { assert, constantFrom, oneof, property, string, array } from 'fast-check'
import { expect, test } from 'vitest'

import { OTHER_ROUTE, pathOf, routeBook, routeTemplate } from './route-template'

test.each([
  ['', '/'],
  ['/', '/'],
  ['/?page=2', '/'],
  ['/about', '/about'],
  ['/about/', '/about/'],
  ['/api/v1/orders/4711/items/9?x=1', '/api/v1/orders/{id}/items/{id}'],
  ['/users/3f0e9c3e-7d0a-4a55-8f7c-8f2f2b7d0a11', '/users/{id}'],
  ['/commits/9fceb02d0ae598e95dc970b74767f19372d61af8', '/commits/{id}'],
  ['/blog/2026-03-01/hello-world', '/blog/{date}/hello-world'],
  ['/archive/2026/03', '/archive/{id}/{id}'],
  ['/services/svc_01hq3k5v9x8z7w2m', '/services/svc_{id}'],
  ['/orders/order-1234', '/orders/order-{id}'],
  ['/_next/static/chunks/main.3f2a9c1d.js', '/_next/static/chunks/main.{hash}.js'],
  ['/assets/index-5XK2P9QD.css', '/assets/index-{hash}.css'],
  ['/favicon.ico', '/favicon.ico'],
  ['/deadbeef', '/deadbeef'],
  ['/top10_songs', '/top10_songs'],
  ['/a-long-but-quite-readable-title-2', '/a-long-but-quite-readable-title-2'],
  ['/t/eyJhbGciOiJIUzI1NiJ9', '/t/{id}'],
  ['/t/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0', '/t/{id}'],
  ['/search/%E2%9C%93', '/search/{text}'],
  ['/to/somebody@example.org', '/to/{id}'],
  ['/-1.5,20', '/{id}'],
  ['http://api.localhost/orders/1?x', '/orders/{id}'],
  ['*', '*'],
  ['not a path', OTHER_ROUTE],
  ['/1/2/3/4/5/6/7/8/9/10/11/12', '/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/…'],
])('%s is %s', (path, template) => expect(routeTemplate(path)).toBe(template))

test('what follows a question mark is no part of a path', () => expect(pathOf('/a/b?token=secret#x')).toBe('/a/b'))

const anything = oneof(
  string({ unit: 'binary', maxLength: 3_000 }),
  array(oneof(constantFrom('v1', 'users', '42', '..', '%00', '?', '#', '//', '{id}', '\u0000', 'a'.repeat(5_000)), string({ maxLength: 60 })), { maxLength: 40 }).map((parts) => `/${parts.join('/')}`),
)

test('whatever is asked for has a template of bounded length, without its query, and the same one again', () => {
  assert(
    property(anything, (path) => {
      const template = routeTemplate(path)
      expect(template.length).toBeLessThanOrEqual(700)
      expect(template).not.toContain('?')
      expect(routeTemplate(path)).toBe(template)
    }),
  )
})

test('no path takes long: nothing here goes back over what it has read', () => {
  const hostile = ['-'.repeat(5_000), 'a1'.repeat(2_500), '1.'.repeat(2_500), `${'a-'.repeat(2_500)}!`, `${'@.'.repeat(2_500)}`, '/'.repeat(5_000), `/${'0'.repeat(39)}!`]
  // Each of them would need more steps than there is time for if the steps multiplied.
  for (const path of hostile) for (let i = 0; i < 200; i++) expect(routeTemplate(`/${path}`).length).toBeLessThan(700)
})

test('a service has so many templates at once and no more', () => {
  assert(
    property(array(anything, { maxLength: 200 }), (paths) => {
      const book = routeBook(() => 0, 10)
      expect(new Set(paths.map((path) => book.of(path, true))).size).toBeLessThanOrEqual(11)
    }),
  )
})

test('what is not there gets no template of its own, unless something answered there before', () => {
  const book = routeBook(() => 0)
  expect(book.of('/wp-login.php', false)).toBe(OTHER_ROUTE)
  expect(book.of('/orders/1', true)).toBe('/orders/{id}')
  expect(book.of('/orders/2', false)).toBe('/orders/{id}')
})

test('a template that nobody asked for in an hour gives its place to a new one', () => {
  let now = 0
  const book = routeBook(() => now, 2)
  for (const path of ['/a', '/b', '/a']) book.of(path, true)
  expect(book.of('/c', true)).toBe(OTHER_ROUTE)
  now = 60 * 60_000
  expect(book.of('/a', true)).toBe('/a')
  expect(book.of('/c', true)).toBe('/c')
  expect(book.of('/b', true)).toBe(OTHER_ROUTE)
})
