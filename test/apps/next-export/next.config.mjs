// output: 'standalone'
export default { output: 'export' }
