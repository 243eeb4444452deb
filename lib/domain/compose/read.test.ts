import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ENGINE_NAMES, ENGINES } from '../engine/engines'
import { readCompose, type ComposeWish } from './read'

const DOCKER: ComposeWish['here'] = { runsImages: true, offers: ENGINE_NAMES.map((engine) => ({ engine, versions: ENGINES[engine].versions, missing: null })) }
const PROCESSES: ComposeWish['here'] = { runsImages: false, offers: ENGINE_NAMES.map((engine) => (engine === 'postgres' ? { engine, versions: ['15'], missing: null } : { engine, versions: [], missing: `There is no ${engine} here.` })) }

const read = (text: string, wish: Partial<ComposeWish> = {}) => readCompose(text, { here: DOCKER, ...wish })
const serviceOf = (text: string, key: string, wish: Partial<ComposeWish> = {}) => read(text, wish).services.find((service) => service.key === key)!
const notesOf = (text: string, wish: Partial<ComposeWish> = {}) => read(text, wish).notes.map(({ service, line, message }) => `${service ?? ''}:${line ?? ''} ${message}`).join('\n')
const one = (body: string) => `services:\n  web:\n    image: nginx:1.27\n${body.split('\n').map((line) => `    ${line}\n`).join('')}`

describe('a compose file', () => {
  it('draws what is usual, with references where services name each other', () => {
    const text = `
services:
  web:
    build: ./web
    ports: ["8080:3000"]
    environment:
      DATABASE_URL: postgres://shop:s3cret@db:5432/shop
      ASYNC_URL: postgresql+asyncpg://shop:s3cret@db/shop?ssl=off
      REDIS_URL: redis://cache:6379
      API_URL: http://api:4000/v1
      LEVEL: info
    depends_on: [db, cache]
  api:
    image: ghcr.io/ada/api:2
    expose: [4000]
    environment:
      - DB_HOST=db
      - DB_PORT=5432
      - DB_USER=shop
      - DB_PASSWORD=s3cret
      - DB_NAME=shop
  db:
    image: postgres:16-alpine
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: s3cret, POSTGRES_DB: shop }
    volumes: [data:/var/lib/postgresql/data]
  cache:
    image: redis
volumes:
  data:
`
    const { problems, services, volumes } = read(text, { repository: { type: 'git', url: 'https://example.com/shop.git', ref: 'main' } })
    expect(problems).toEqual([])
    const [web, api, db, cache] = services
    expect(web!.source).toEqual({ type: 'git', url: 'https://example.com/shop.git', ref: 'main', rootDirectory: 'web' })
    expect(web!.settings).toMatchObject({ containerPort: 3000, build: { builder: 'dockerfile' } })
    expect(Object.fromEntries(Object.entries(web!.variables).map(([key, { value }]) => [key, value]))).toEqual({
      DATABASE_URL: '${{db.DATABASE_URL}}',
      ASYNC_URL: 'postgresql+asyncpg://${{db.POSTGRES_USER}}:${{db.POSTGRES_PASSWORD}}@${{db.HOST}}:${{db.PORT}}/${{db.POSTGRES_DB}}?ssl=off',
      REDIS_URL: '${{cache.REDIS_URL}}',
      API_URL: '${{api.URL}}/v1',
      LEVEL: 'info',
    })
    expect(api!.source).toEqual({ type: 'image', reference: 'ghcr.io/ada/api:2' })
    expect(Object.fromEntries(Object.entries(api!.variables).map(([key, { value }]) => [key, value]))).toEqual({
      DB_HOST: '${{db.HOST}}',
      DB_PORT: '${{db.PORT}}',
      DB_USER: '${{db.POSTGRES_USER}}',
      DB_PASSWORD: '${{db.POSTGRES_PASSWORD}}',
      DB_NAME: '${{db.POSTGRES_DB}}',
    })
    expect(db!.source).toEqual({ type: 'database', engine: 'postgres', version: '16' })
    expect(db!.variables).toMatchObject({ POSTGRES_USER: { value: 'shop', secret: false }, POSTGRES_PASSWORD: { value: 's3cret', secret: true }, DATABASE_URL: { value: 'postgresql://${{db.POSTGRES_USER}}:${{db.POSTGRES_PASSWORD}}@${{db.HOST}}:${{db.PORT}}/${{db.POSTGRES_DB}}' } })
    expect(cache!.source).toEqual({ type: 'database', engine: 'redis', version: '8' })
    expect(cache!.variables.REDIS_PASSWORD).toEqual({ value: null, secret: true })
    expect(volumes).toEqual([{ name: 'data', service: 'db', path: '/var/lib/postgresql' }, { name: 'cache-data', service: 'cache', path: '/data' }])
    expect(web!.x).toBeLessThan(api!.x)
    expect(api!.x).toBeLessThan(db!.x)
  })
})
