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

describe('notes and places', () => {
  it.each([
    ['a folder of the machine', 'volumes: ["./html:/usr/share/nginx/html:ro"]', 'web:4 ./html is not mounted at /usr/share/nginx/html'],
    ['the socket of an engine', 'volumes: [/var/run/docker.sock:/var/run/docker.sock]', 'cannot reach the engine'],
    ['a file of variables', 'env_file: [.env, {path: more.env}]', 'Its variables in .env, more.env are not known here'],
    ['a port without HTTP', 'ports: ["53:53/udp"]', 'port 53/udp gets no public address'],
    ['a second port', 'ports: ["80:80", "9000-9002:9000-9002"]', 'Only its port 80 gets a public address. Port 9000 is'],
    ['a secret', 'secrets: [key]', 'Its secrets is left out: set them as variables.'],
    ['what nobody knows', 'frobnicate: 1\njiggle: 2', 'frobnicate and jiggle are not known here'],
    ['a variable without a value', 'environment: [TOKEN]', 'The variable TOKEN has no value in the file.'],
    ['a port as a variable', 'environment: {PORT: "3000"}', 'Its variable PORT is left out'],
    ['a reserved variable', 'environment: {EASEL_X: "1"}', 'EASEL_X is left out'],
    ['the cluster', 'deploy: {mode: global, placement: {constraints: [a]}}', 'deploy.placement is left out'],
    ['too many replicas', 'deploy: {replicas: 99}', 'It is drawn with 20'],
    ['no published port', 'expose: ["80"]', 'web publishes no port in the file'],
    ['a mount for reading', 'volumes: ["data:/data:ro"]', 'can be written to here'],
    ['a mount over the program', 'volumes: ["data:/etc"]', 'would hide what a program needs there'],
    ['an unclosed command', `command: 'echo "a'`, 'opening quote without a closing one'],
    ['an order without a reference', 'depends_on: [other]', 'It depends on other, which is not drawn.'],
  ])('tells what becomes of %s', (_, body, expected) => {
    const { problems } = read(one(body))
    expect(problems).toEqual([])
    expect(notesOf(one(body))).toContain(expected)
  })

  it.each([
    ['nothing', '', 1, 1, 'The file is empty.'],
    ['words', 'hello', 1, 1, 'This is not a compose file'],
    ['a manifest', 'apiVersion: v1\nkind: Pod\n', 1, 1, 'manifest of Kubernetes'],
    ['the first version', 'web:\n  image: nginx\n', 1, 1, 'first version'],
    ['no services', 'services: {}', 1, 1, 'There are no services'],
    ['two documents', 'services: {}\n---\nservices: {}\n', 2, 1, 'more than one document'],
    ['bad YAML', 'services:\n  web: [\n', 3, 1, 'This is not valid YAML'],
    ['a name twice', 'services:\n  web: {image: nginx}\n  web: {image: nginx}\n', 3, 3, 'web is there twice'],
    ['nothing to run', 'services:\n  web: {}\n', 2, 3, 'There is nothing to run'],
    ['an image that is none', 'services:\n  web:\n    image: UPPER\n', 3, 12, 'must be in lower case'],
    ['a list for a map', 'services:\n  - web\n', 2, 3, 'services must be a map'],
    ['a port that is none', one('ports: [web]'), 4, 13, 'web is no port'],
    ['a port out of range', one('ports: ["80:70000"]'), 4, 13, 'from 1 to 65535'],
    ['a restart policy', one('restart: sometimes'), 4, 14, 'is no restart policy'],
    ['memory', one('mem_limit: lots'), 4, 16, 'is no size'],
    ['a time', one('healthcheck: {interval: soon}'), 4, 29, 'must be a time such as 30s'],
    ['an unknown alias', 'services:\n  web: *no\n', 2, 8, 'refers to nothing'],
    ['a dollar', one('environment: {A: "${"}'), 4, 22, 'a dollar sign itself as $$'],
    ['a value that is needed', one('environment: {A: "${KEY:?set it}"}'), 4, 22, 'Give a value for KEY: set it.'],
    ['another file', one('extends: {file: base.yml, service: web}'), 4, 5, 'base.yml, which is not a part'],
    ['a circle of what is extended', 'services:\n  a: {extends: b}\n  b: {extends: a}\n', 2, 7, 'extends it in turn'],
    ['a folder of one machine', 'services:\n  web: {build: /home/me}\n', 2, 16, 'folder of one machine'],
    ['a tag', 'services:\n  web:\n    image: !reset nginx\n', 3, 19, 'The tag !reset is not understood'],
    ['a circle of names', 'services: &a\n  web: *a\n', 2, 8, 'refers to what it is a part of'],
  ])('refuses %s at its place', (_, text, line, column, expected) => {
    const { problems } = read(text)
    const first = problems.find(({ message }) => message.includes(expected)) ?? problems[0]
    expect(first).toMatchObject({ line, message: expect.stringContaining(expected) })
    expect(first!.column).toBe(column)
  })
})

describe('settings', () => {
  const settings = (body: string) => serviceOf(one(body), 'web').settings
  it.each([
    ['command: npm run start', { startCommand: 'npm run start' }],
    ['command: ["sh", "-c", "a && b"]', { startCommand: `sh -c 'a && b'` }],
    ['entrypoint: /run.sh "two words"', { entrypoint: `/run.sh 'two words'` }],
    ['ports: ["127.0.0.1:8001:3000"]', { containerPort: 3000 }],
    ['ports: [3000]', { containerPort: 3000 }],
    ['ports: [{target: 3000, published: "80"}]', { containerPort: 3000 }],
    ['ports: ["[::1]:80:3000/tcp"]', { containerPort: 3000 }],
    ['deploy: {replicas: 3, resources: {limits: {cpus: "0.50", memory: 512M, pids: 100}}}', { replicas: 3, limits: { cpuMilli: 500, memoryMib: 512, pids: 100 } }],
    ['mem_limit: 1.5gb', { limits: { memoryMib: 1536 } }],
    ['restart: "no"', { restart: { policy: 'never' } }],
    ['restart: no', { restart: { policy: 'never' } }],
    ['restart: on-failure:5', { restart: { policy: 'on_failure', limit: 5 } }],
    ['deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}', { restart: { policy: 'on_failure', limit: 3 } }],
    ['stop_grace_period: 1m30s', { stopGraceS: 90 }],
    ['read_only: true', { readOnly: true }],
    ['healthcheck: {test: ["CMD", "curl", "-f", "http://localhost:8080/health"], interval: 15s, timeout: 3s, retries: 5, start_period: 2m}', { containerPort: 8080, health: { kind: 'http', path: '/health', intervalS: 15, timeoutS: 3, failures: 5, deadlineS: 195 } }],
    ['ports: [3000]\nhealthcheck: {test: ["CMD", "curl", "-f", "http://localhost:8081/up"]}', { containerPort: 3000, health: { kind: 'command', command: 'curl -f http://localhost:8081/up' } }],
    ['healthcheck: {test: "wget -qO- http://127.0.0.1/up || exit 1"}', { containerPort: 80, health: { kind: 'http', path: '/up' } }],
    ['healthcheck: {test: ["CMD-SHELL", "test -f /ok && exit 0"]}', { health: { kind: 'command', command: `/bin/sh -c 'test -f /ok && exit 0'` } }],
    ['healthcheck: {test: ["CMD", "curl", "-X", "POST", "http://localhost/"]}', { health: { kind: 'command', command: 'curl -X POST http://localhost/' } }],
  ])('%s', (body, expected) => expect(settings(body)).toEqual(expected))

  it('has what it extends, what is merged into it, and anchors', () => {
    const text = `
x-common: &common
  restart: always
  environment: &env
    A: "1"
    B: "2"
services:
  base:
    image: nginx
    profiles: [tools]
    environment: { A: "0" }
    ports: [80]
  one:
    <<: *common
    image: nginx
    environment:
      <<: *env
      B: "3"
  two:
    extends: { service: base }
    environment: { C: "4" }
`
    const { services, profiles, notes } = read(text)
    expect(profiles).toEqual(['tools'])
    expect(services.map(({ key }) => key)).toEqual(['one', 'two'])
    expect(services[0]).toMatchObject({ settings: { restart: { policy: 'always' } }, variables: { A: { value: '1' }, B: { value: '3' } } })
    expect(services[1]).toMatchObject({ settings: { containerPort: 80 }, variables: { A: { value: '0' }, C: { value: '4' } } })
    expect(notes).toContainEqual(expect.objectContaining({ service: 'base', message: expect.stringContaining('profile tools') }))
    expect(read(text, { profiles: ['tools'] }).services).toHaveLength(3)
  })
})

describe('values', () => {
  const value = (text: string, values: Record<string, string> = {}) => serviceOf(one(`environment: {X: '${text}'}`), 'web', { values }).variables.X!.value
  it.each([
    ['${A:-b}', {}, 'b'],
    ['${A:-b}', { A: '' }, 'b'],
    ['${A-b}', { A: '' }, ''],
    ['${A}', { A: 'a' }, 'a'],
    ['$A and ${A}s', { A: 'a' }, 'a and as'],
    ['$$A $${A}', { A: 'a' }, '$A ${A}'],
    ['${A:-${B:-c}}', {}, 'c'],
    ['${A:+yes}', { A: '1' }, 'yes'],
    ['${A:+yes}', {}, ''],
    ['$${{secret(32)}}', {}, '${{"${{"}}secret(32)}}'],
  ] as [string, Record<string, string>, string][])('%s with %o', (text, values, expected) => expect(value(text, values)).toBe(expected))

  it('are asked for once, with what the file says of them', () => {
    expect(read(one('environment: {A: "${A:-1}", B: "$A ${B?why}", C: }')).asks).toEqual([
      { name: 'A', default: '1', required: false, message: null },
      { name: 'B', default: null, required: true, message: 'why' },
      { name: 'C', default: null, required: false, message: null },
    ])
  })

  it('are secret by their name, and by a password in them, unless they only refer', () => {
    const { variables } = serviceOf(one('environment: {API_KEY: abc, URL: "https://me:pw@example.com", MODE: live, DATABASE_URL: "redis://cache"}') + '  cache: {image: "redis:7"}\n', 'web')
    expect(Object.fromEntries(Object.entries(variables).map(([key, { secret }]) => [key, secret]))).toEqual({ API_KEY: true, URL: true, MODE: false, DATABASE_URL: false })
  })
})

describe('databases', () => {
  const withDatabase = (image: string, body = '', wish: Partial<ComposeWish> = {}) => read(`services:\n  db:\n    image: ${image}\n    ${body}\n`, wish)
  it.each([
    ['postgres', 'postgres', '18'],
    ['postgres:16.2-alpine', 'postgres', '16.2'],
    ['postgres:12', 'postgres', '12'],
    ['mysql:8', 'mysql', '8.4'],
    ['mariadb:10.11', 'mariadb', '10.11'],
    ['docker.io/library/redis:7-bookworm', 'redis', '7'],
    ['valkey/valkey:8', 'valkey', '8'],
    ['public.ecr.aws/docker/library/mongo:7', 'mongodb', '7.0'],
  ])('%s', (image, engine, version) => expect(withDatabase(image).services[0]!.source).toEqual({ type: 'database', engine, version }))
  it.each(['postgis/postgis:16', 'bitnami/redis', 'redis/redis-stack'])('%s stays an image', (image) => expect(withDatabase(image).services[0]!.source).toEqual({ type: 'image', reference: image }))

  it('have the credentials of the file, and random ones where those cannot be had', () => {
    expect(withDatabase('mariadb:11', 'environment: {MYSQL_ROOT_PASSWORD: root, MYSQL_DATABASE: wp, MYSQL_USER: wp, MYSQL_PASSWORD: "p@ss"}').services[0]!.variables).toMatchObject({ MARIADB_USER: { value: 'wp' }, MARIADB_DATABASE: { value: 'wp' }, MARIADB_ROOT_PASSWORD: { value: 'root' }, MARIADB_PASSWORD: { value: null, secret: true } })
    expect(withDatabase('redis:7', 'command: redis-server --requirepass hush').services[0]!.variables.REDIS_PASSWORD).toEqual({ value: 'hush', secret: true })
    expect(withDatabase('postgres:16', 'environment: {POSTGRES_PASSWORD: x, PGDATA: /somewhere}')).toMatchObject({ services: [{ variables: { POSTGRES_USER: { value: 'postgres' }, POSTGRES_DB: { value: 'postgres' } } }], notes: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('PGDATA') })]) })
  })

  it('refer to a password that was changed because it could not stay', () => {
    const text = `services:
  web:
    image: wordpress
    environment: {WORDPRESS_DB_HOST: "db:3306", WORDPRESS_DB_USER: wp, WORDPRESS_DB_PASSWORD: "p@ss", WORDPRESS_DB_NAME: wp, ROOT_URL: "mysql://root:r%40t@db/wp"}
  db:
    image: mysql:8.0
    environment: {MYSQL_ROOT_PASSWORD: "r@t", MYSQL_DATABASE: wp, MYSQL_USER: wp, MYSQL_PASSWORD: "p@ss"}
`
    expect(Object.fromEntries(Object.entries(serviceOf(text, 'web').variables).map(([key, { value }]) => [key, value]))).toEqual({
      WORDPRESS_DB_HOST: '${{db.HOST}}:${{db.PORT}}',
      WORDPRESS_DB_USER: '${{db.MYSQL_USER}}',
      WORDPRESS_DB_PASSWORD: '${{db.MYSQL_PASSWORD}}',
      WORDPRESS_DB_NAME: '${{db.MYSQL_DATABASE}}',
      ROOT_URL: 'mysql://root:${{db.MYSQL_ROOT_PASSWORD}}@${{db.HOST}}:${{db.PORT}}/${{db.MYSQL_DATABASE}}',
    })
  })

  it('are taken in the version that the machine has, or refused with the reason', () => {
    expect(withDatabase('postgres:16', '', { here: PROCESSES })).toMatchObject({ services: [{ source: { version: '15' } }], notes: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('has 15') })]) })
    expect(withDatabase('redis:7', '', { here: PROCESSES }).problems).toMatchObject([{ line: 3, message: 'There is no redis here.' }])
  })
})

describe('names of services in values', () => {
  const values = (environment: string, others = '  db: {image: "postgres:16", environment: {POSTGRES_PASSWORD: pw}}\n  cache: {image: "redis:7"}\n  api: {image: api, expose: [4000], container_name: the-api}\n  docs: {image: "mongo:7"}\n  rabbit: {image: rabbitmq, ports: ["15672:15672"]}\n') => {
    const text = `services:\n  web:\n    image: web\n    environment: ${environment}\n${others}`
    return Object.fromEntries(Object.entries(serviceOf(text, 'web').variables).map(([key, { value }]) => [key, value]))
  }
  it.each([
    ['http://api:4000', '${{api.URL}}'],
    ['http://the-api:4000/x?y=1', '${{api.URL}}/x?y=1'],
    ['http://api:9999', 'http://${{api.HOST}}:9999'],
    ['ws://api:4000', 'ws://${{api.HOST}}:${{api.PORT}}'],
    ['amqp://guest:guest@rabbit:5672/', 'amqp://guest:guest@${{rabbit.HOST}}:5672/'],
    ['api:4000', '${{api.HOST}}:${{api.PORT}}'],
    ['api:4000,cache:6379', '${{api.HOST}}:${{api.PORT}},${{cache.HOST}}:${{cache.PORT}}'],
    ['redis://cache/1', 'redis://default:${{cache.REDIS_PASSWORD}}@${{cache.HOST}}:${{cache.PORT}}/1'],
    ['mongodb://docs', 'mongodb://${{docs.MONGO_INITDB_ROOT_USERNAME}}:${{docs.MONGO_INITDB_ROOT_PASSWORD}}@${{docs.HOST}}:${{docs.PORT}}/?authSource=admin'],
    ['jdbc:postgresql://db:5432/postgres', 'jdbc:postgresql://${{db.HOST}}:${{db.PORT}}/${{db.POSTGRES_DB}}'],
    ['postgres://postgres:pw@db/other', 'postgres://${{db.POSTGRES_USER}}:${{db.POSTGRES_PASSWORD}}@${{db.HOST}}:${{db.PORT}}/other'],
    ['postgres://me:mine@db/x', 'postgres://me:mine@${{db.HOST}}:${{db.PORT}}/x'],
    ['http://api.example.com', 'http://api.example.com'],
    ['https://example.com/?to=http://api:4000', 'https://example.com/?to=http://api:4000'],
    ['http://localhost:4000', 'http://localhost:4000'],
    ['the db is good', 'the db is good'],
    ['http://apiary:4000', 'http://apiary:4000'],
  ])('%s', (value, expected) => expect(values(JSON.stringify({ X: value }))).toEqual({ X: expected }))

  it('stay a word where it is not certain that the service is meant', () => {
    expect(values('{MODE: web, KIND: cache, CACHE_HOST: cache}')).toEqual({ MODE: 'web', KIND: 'cache', CACHE_HOST: '${{cache.HOST}}' })
  })

  it('say which port a service listens on that does not say it itself', () => {
    const text = 'services:\n  web: {image: web, environment: {A: "http://api:9000"}}\n  api: {image: api}\n'
    expect(serviceOf(text, 'api').settings).toEqual({ containerPort: 9000 })
    expect(serviceOf(text, 'web').variables.A!.value).toBe('${{api.URL}}')
  })

  it('are told where a database has a password that the file does not', () => {
    expect(notesOf('services:\n  web: {image: web, environment: {REDIS_HOST: cache}}\n  cache: {image: "redis:7"}\n')).toContain('Give it as ${{cache.REDIS_PASSWORD}}.')
  })
})

describe('volumes', () => {
  it('have one service each', () => {
    const text = 'services:\n  a: {image: a, volumes: ["data:/data", "/cache"], deploy: {replicas: 2}}\n  b: {image: b, volumes: [{type: volume, source: data, target: /srv/data/}]}\nvolumes: {data: {external: true}}\n'
    const { volumes, services } = read(text)
    expect(volumes).toEqual([{ name: 'data', service: 'a', path: '/data' }, { name: 'a-cache', service: 'a', path: '/cache' }])
    expect(services[0]!.settings.replicas).toBe(1)
    expect(notesOf(text)).toContain('b:3 The volume data at /srv/data is left out: it is mounted by a')
    expect(notesOf(text)).toContain('exists outside of the file')
  })
})

describe('builds', () => {
  const sourceOf = (build: string, repository: ComposeWish['repository'] = { type: 'git', url: 'https://example.com/shop.git', rootDirectory: 'deploy' }) => read(`services:\n  web:\n    build: ${build}\n`, { repository })
  it.each([
    ['.', 'deploy'],
    ['./web', 'deploy/web'],
    ['../web/', 'web'],
    ['..', undefined],
  ])('%s', (build, rootDirectory) => expect(sourceOf(build).services[0]!.source).toEqual({ type: 'git', url: 'https://example.com/shop.git', ...(rootDirectory ? { rootDirectory } : {}) }))

  it('are of the repository that they name, of the one that is given, or of none yet', () => {
    expect(sourceOf('https://github.com/ada/web.git#main:app').services[0]!.source).toEqual({ type: 'git', url: 'https://github.com/ada/web.git', ref: 'main', rootDirectory: 'app' })
    expect(sourceOf('.', null)).toMatchObject({ problems: [], services: [{ source: null }] })
    expect(sourceOf('../../web').problems[0]!.message).toContain('outside of the repository')
  })

  it('keep their Dockerfile, stage and arguments', () => {
    expect(sourceOf('{context: ., dockerfile: docker/prod.Dockerfile, target: final, args: {A: 1, B: }}').services[0]!.settings.build).toEqual({ builder: 'dockerfile', dockerfile: 'docker/prod.Dockerfile', stage: 'final', args: { A: '1' } })
  })
})

describe('hostile files', () => {
  it('are not larger than their text, however often they refer to themselves', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `x${n}: &x${n} [${Array(10).fill(n === 0 ? 'lol' : `*x${n - 1}`).join(', ')}]`)
    expect(read(`${levels.join('\n')}\nservices:\n  web: {image: nginx}\n`).services).toHaveLength(1)
    const maps = [`x0: &x0 {${Array.from({ length: 500 }, (_, n) => `k${n}: 1`).join(', ')}}`, ...Array.from({ length: 800 }, (_, n) => `x${n + 1}: {<<: *x0}`)]
    expect(read(`${maps.join('\n')}\nservices:\n  web: {image: nginx}\n`).problems[0]!.message).toContain('says too much')
    expect(read(one('environment: [' + '"$A",'.repeat(2000) + ']'), { values: { A: 'x'.repeat(60_000) } }).problems[0]!.message).toContain('too long once')
  })

  it('are refused where they are too deep, too long or too many', () => {
    expect(read('['.repeat(20_000)).problems).not.toEqual([])
    expect(read(`a: ${'{a: '.repeat(100)}1${'}'.repeat(100)}`).problems).not.toEqual([])
    expect(read('#'.repeat(600_000)).problems[0]!.message).toContain('longer than')
    expect(read('- '.repeat(1000)).problems[0]!.message).toContain('too deeply')
    expect(read('\n'.repeat(30_000) + 'a').problems[0]!.message).toContain('lines')
    expect(read(`services:\n${Array.from({ length: 101 }, (_, n) => `  s${n}: {image: a}\n`).join('')}`).problems[0]!.message).toContain('At most 100')
  })

  const name = fc.constantFrom('web', 'db', 'cache', '__proto__', 'constructor', 'shared', 'self', 'a b', '')
  const scalar = fc.oneof(fc.constantFrom('', 'nginx', 'postgres:16', 'redis', '${A', '${A:-${B}}', '$$', 'db:5432', 'http://web:80', 'data:/data', '80:80', './x:/y', '../..', 'no', '-1', 'null', '~'), fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const tree = fc.letrec((tie) => ({ node: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.oneof(name, fc.string()), tie('node'), { maxKeys: 4 })) })).node
  const field = fc.constantFrom('image', 'build', 'command', 'entrypoint', 'environment', 'env_file', 'ports', 'expose', 'volumes', 'depends_on', 'healthcheck', 'deploy', 'restart', 'profiles', 'networks', 'extends', 'container_name', 'stop_grace_period', 'mem_limit', 'x-a', 'labels', '<<')

  it('never throw, whatever they say', () => {
    fc.assert(fc.property(fc.dictionary(name, fc.dictionary(field, tree, { maxKeys: 6 }), { maxKeys: 4 }), fc.boolean(), (services, isDocker) => {
      const { problems, notes } = read(JSON.stringify({ services }), { here: isDocker ? DOCKER : PROCESSES })
      for (const { line, column, message } of problems) expect(line > 0 && column > 0 && message.length > 0).toBe(true)
      for (const { message } of notes) expect(message).not.toBe('')
    }), { numRuns: 100 })
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void read(text)), { numRuns: 100 })
    fc.assert(fc.property(fc.array(fc.constantFrom('services:\n', '  web:\n', '    image: nginx\n', '    environment:\n', '      - A=1\n', '&a', '*a', '<<: ', '{', '}', '[', ']', '- ', '? ', '!!x ', '|\n', '>', '"', "'", '\t', '%YAML', '---\n', '$', '\u0000'), { maxLength: 40 }), (parts) => void read(parts.join(''))), { numRuns: 150 })
  })
})
