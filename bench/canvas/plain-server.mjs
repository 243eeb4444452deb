// Serves the plain page of plain.jsx.
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/** Calls `work` with a function that gives the address of the plain page with these nodes and lines. */
export async function withPlainPage(work) {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = await build({ absWorkingDir: here, entryPoints: ['plain.jsx'], outdir: '/', bundle: true, minify: true, write: false, format: 'esm', jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"' } })
  const text = (end) => built.outputFiles.find(({ path }) => path.endsWith(end)).text
  const scenes = []
  const server = createServer((request, response) => {
    const scene = scenes[Number(request.url.slice(1))]
    response.writeHead(scene === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(scene === undefined ? '' : `<!doctype html><title>Plain</title><style>html,body,#root{height:100%;margin:0}${text('.css')}</style><div id="root"></div><script>window.DRAWN=${JSON.stringify(scene)}</script><script type="module">${text('.js').replaceAll('</script', '<\\/script')}</script>`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await work((scene) => `http://127.0.0.1:${server.address().port}/${scenes.push(scene) - 1}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
