require('express')().get('/', (_, r) => r.send('ok')).listen(process.env.PORT)
