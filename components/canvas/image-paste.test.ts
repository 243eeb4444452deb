import { expect, it } from 'vitest'

import { readImagePaste } from './image-paste'

it.each([
  ['nginx:1.27', 'nginx:1.27'],
  ['  ghcr.io/acme/web ', 'ghcr.io/acme/web'],
  ['registry.example.com:5000/team/app:v2', 'registry.example.com:5000/team/app:v2'],
  [`redis@sha256:${'a'.repeat(64)}`, `redis@sha256:${'a'.repeat(64)}`],
  ['docker pull nginx', 'nginx'],
  ['docker run -d --rm traefik/whoami --name me', 'traefik/whoami'],
  ['docker run -p 80:80 nginx:1.27', 'nginx:1.27'],
  ['docker run -d --name me -e A=b --restart=always nginx:1.27 -g x', 'nginx:1.27'],
  ['docker run -dp 8080:80 \\\n  -v data:/data \\\n  ghcr.io/acme/web', 'ghcr.io/acme/web'],
  ['docker run -it --rm', null],
  ['nginx', null],
  ['some words: here', null],
  ['https://github.com/acme/web', null],
  ['git@github.com:acme/web.git', null],
  ['localhost:3000', null],
  ['mailto:someone', null],
  ['github.com/acme/web.git', null],
  ['', null],
])('reads %j as %j', (text, expected) => {
  expect(readImagePaste(text)).toBe(expected)
})
