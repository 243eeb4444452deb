// What the main thread of a page spends on a frame while somebody pans, zooms and drags. Frames per second of a browser without a screen
// say little; the time of its tasks does not depend on how fast frames are shown.
const STEPS = 30
const MIDDLE = { x: 720, y: 560 }

/** Milliseconds of the main thread for each step of a gesture: all of it, and the parts of scripts, layout and styles. */
export async function frameCosts(page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const costs = {}
  const measure = async (name, { before, step, after }) => {
    await before()
    await settle(page)
    const from = await metrics(devtools)
    for (let at = 1; at <= STEPS; at++) {
      await step(at)
      await frame(page)
    }
    const to = await metrics(devtools)
    await after()
    await settle(page)
    const each = (metric) => ((to[metric] - from[metric]) * 1000) / STEPS
    costs[name] = { all: each('TaskDuration'), script: each('ScriptDuration'), layout: each('LayoutDuration') + each('RecalcStyleDuration') }
  }
  const hold = async (place) => {
    await page.mouse.move(place.x, place.y)
    await page.mouse.down()
  }
  const swing = (at) => ({ x: Math.round(Math.sin(at / 6) * 180), y: Math.round(Math.sin(at / 9) * 90) })
  const follow = (place) => (at) => page.mouse.move(place.x + swing(at).x, place.y + swing(at).y)
  const ground = await freePlace(page)
  await measure('pan', { before: () => hold(ground), step: follow(ground), after: () => page.mouse.up() })
  const node = await nodePlace(page)
  await measure('drag', { before: () => hold(node), step: follow(node), after: () => page.mouse.up() })
  await measure('zoom', { before: () => page.mouse.move(MIDDLE.x, MIDDLE.y), step: (at) => page.mouse.wheel(0, at % 20 < 10 ? -60 : 60), after: async () => {} })
  await devtools.detach()
  return costs
}

async function metrics(devtools) {
  const { metrics: list } = await devtools.send('Performance.getMetrics')
  return Object.fromEntries(list.map(({ name, value }) => [name, value]))
}

const frame = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))

async function settle(page) {
  for (let i = 0; i < 5; i++) await frame(page)
}

/** A place of the ground that no node covers, near the middle. */
function freePlace(page) {
  return placeWhere(page, '.react-flow__pane')
}

function nodePlace(page) {
  return placeWhere(page, '.react-flow__node')
}

/** The place nearest to the middle where this is what a pointer meets. */
function placeWhere(page, selector) {
  return page.evaluate(
    ([wanted, middle]) => {
      const places = []
      for (let x = 320; x < 1120; x += 3) for (let y = 200; y < 720; y += 3) places.push({ x, y, far: Math.hypot(x - middle.x, y - middle.y) })
      const found = places.toSorted((a, b) => a.far - b.far).find(({ x, y }) => document.elementFromPoint(x, y)?.closest(`${wanted}, .react-flow__panel, a, button, .react-flow__handle`)?.matches(wanted))
      if (!found) throw new Error(`Nowhere on the screen is ${wanted}.`)
      return found
    },
    [selector, MIDDLE],
  )
}
