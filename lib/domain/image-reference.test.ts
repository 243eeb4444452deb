import { describe, expect, it } from 'vitest'

import { parseReference, referenceComplaint, registryServer, repositoryOf } from './image-reference'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('a reference of an image', () => {
  it.each([
    ['postgres', 'docker.io', 'library/postgres', null, null],
    ['postgres:16', 'docker.io', 'library/postgres', '16', null],
    ['owner/app:1.2', 'docker.io', 'owner/app', '1.2', null],
    ['ghcr.io/owner/app', 'ghcr.io', 'owner/app', null, null],
    ['localhost:5000/app:x', 'localhost:5000', 'app', 'x', null],
    [`ghcr.io/owner/app:1@${DIGEST}`, 'ghcr.io', 'owner/app', '1', DIGEST],
  ])('%s', (text, registry, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest })
    expect(referenceComplaint(text)).toBeNull()
  })

  it('leads to the same repository however it is written', () => {
    expect(repositoryOf('postgres:16')).toBe(repositoryOf(`docker.io/library/postgres@${DIGEST}`))
  })

  it.each([
    ['https://ghcr.io/a/b', /without https/],
    ['Owner/App', /lower case/],
    ['a b', /spaces/],
    ['', /registry|such as/],
    ['--privileged', /such as/],
    ['app:', /tag/],
    ['app:-x', /tag/],
    ['app@sha256:short', /digest/],
    ['a@b@c', /more than one/],
    ['../app', /host name|such as/],
    ['-evil.example/app', /host name/],
    ['app$x', /such as/],
  ])('refuses %s', (text, words) => {
    expect(referenceComplaint(text)).toMatch(words)
  })
})

describe('the address of a registry', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://registry.example.com/v2/', 'registry.example.com'],
    ['Docker.io', 'docker.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['127.0.0.1:5000', '127.0.0.1:5000'],
    ['a b', null],
    ['registry.example.com/path', null],
    ['', null],
  ])('%s is %s', (text, server) => {
    expect(registryServer(text)).toBe(server)
  })
})
