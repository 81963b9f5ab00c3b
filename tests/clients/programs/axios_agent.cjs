// axios told to look at no proxy, with an Agent of its own.
const https = require('https');
const axios = require('module').createRequire(`${process.env.CLIENT_PACKAGES}/`)('axios');

const client = axios.create({
  proxy: false,
  httpsAgent: new https.Agent({ keepAlive: false }),
  headers: { Authorization: 'Bearer sk_test_demo' },
});
client.get('https://api.amps.ai/battery').then((answer) => {
  console.log(JSON.stringify([answer.status, answer.headers['x-sandbox'], answer.data]));
});
